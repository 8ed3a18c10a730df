"""GovTest sandbox: a demo country, its people and the first journeys, on the real blocks."""
