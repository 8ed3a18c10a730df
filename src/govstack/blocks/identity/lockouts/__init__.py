"""How often a factor was tried, and the pause after too many tries."""
