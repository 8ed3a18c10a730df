"""Learning material: found before it is made, with its licence, its origin and what became of it."""
