"""A sign-in from its request to its code: each step at most once, and an end for every stage."""
