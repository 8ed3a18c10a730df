"""The synthetic people of a country: the same seed gives the same people, however many are asked for."""
