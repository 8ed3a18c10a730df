"""Grades that tools send of their learners (LTI Assignment and Grade Services 2.0)."""
