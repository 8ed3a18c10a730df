"""Conditions on records as people read and write them."""
