"""What a person knows: PIN and password."""
