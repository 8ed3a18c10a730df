"""Looking back at who reached what a badge asks for before it was named."""
