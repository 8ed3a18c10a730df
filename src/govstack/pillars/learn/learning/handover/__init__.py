"""Courses as standard packages, so that they can move to another learning site."""
