"""Packages of others: taken in, served apart from everything else, and what learners did in them."""
