"""Evaluation of capacity development at four levels, planned before a course opens."""
