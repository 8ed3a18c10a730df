"""Composition root: which packages run here, on what, wired how."""
