"""The first pages of the registries: all of them, one of them, and what was done to it."""
