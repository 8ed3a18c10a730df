"""How answers become results, by the scoring that an instrument names."""
