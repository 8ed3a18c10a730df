"""The ways a person proves to be there, under one roof."""
