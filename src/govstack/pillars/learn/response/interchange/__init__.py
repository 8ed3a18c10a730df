"""Courses on offer and their sessions as files, out and in again."""
