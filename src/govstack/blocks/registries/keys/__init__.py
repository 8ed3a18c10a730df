"""Keys of secret fields: one set by the analyst for each registry."""
