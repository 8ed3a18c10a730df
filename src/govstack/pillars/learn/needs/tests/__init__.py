"""Tests made of items: blueprints, forms, attempts, and what they come to."""
