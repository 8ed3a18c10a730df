"""Cells of files: which column belongs to which field, and what a cell means there."""
