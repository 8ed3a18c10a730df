"""What anybody who signed in proposes for records that others keep: they take it up or decline it, and say why."""
