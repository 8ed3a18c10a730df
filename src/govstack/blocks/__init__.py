"""Building blocks: one package each, strangers to one another."""
