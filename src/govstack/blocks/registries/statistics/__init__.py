"""Statistics: figures over the records a caller may see, changes, use and readings over time (DRS-26, DRS-36)."""
