"""Courses that earn badges when they are completed."""
