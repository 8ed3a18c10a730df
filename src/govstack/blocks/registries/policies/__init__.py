"""Rights across registries on pages: groups of people and systems, and policies."""
