"""Learning paths: ordered graphs of offerings, for personas, with slots that come again."""
