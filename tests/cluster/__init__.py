"""Several processes together."""
