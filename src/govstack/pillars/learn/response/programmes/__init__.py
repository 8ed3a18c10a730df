"""Programmes: the guided journey from needs to a plan with costs."""
