"""How values of one record become values of another: a closed list of conversions, never code."""
