"""Durable work: every registry gets its index for text search, those from before there were any too."""
