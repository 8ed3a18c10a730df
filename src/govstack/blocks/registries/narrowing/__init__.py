"""The index behind free text search: it narrows the records to look at, and decides nothing."""
