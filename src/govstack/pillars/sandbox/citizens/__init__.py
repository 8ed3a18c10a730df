"""What a person sees: who read my data."""
