"""How material is made, state by state."""
