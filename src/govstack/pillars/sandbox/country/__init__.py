"""The country pack: a fictional country as data that a government replaces by its own."""
