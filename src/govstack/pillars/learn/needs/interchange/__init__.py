"""Frameworks from and to other systems: CASE packages and tables of competencies."""
