"""Fills the blocks with the demo country."""
