"""Records for analysts: the grid, one record, its history, and who read it."""
