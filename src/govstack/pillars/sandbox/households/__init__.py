"""Who lives together in a synthetic household."""
