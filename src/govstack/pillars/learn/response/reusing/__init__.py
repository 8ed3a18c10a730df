"""Gaps beside what there is already: whether to reuse, improve or create."""
