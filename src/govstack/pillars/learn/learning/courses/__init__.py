"""Courses: written in steps, checked, and published by two people."""
