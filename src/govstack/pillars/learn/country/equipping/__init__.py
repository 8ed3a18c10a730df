"""Who teaches in the demo country, where, with which material, and who is coached."""
