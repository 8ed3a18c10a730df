"""Giving a right on a registry, question by question."""
