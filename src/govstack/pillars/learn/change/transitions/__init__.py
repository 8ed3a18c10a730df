"""Change programmes: models and tools of change management as data, barriers, resistance, and the pulse of groups."""
