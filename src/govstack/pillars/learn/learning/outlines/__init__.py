"""Outlines of courses, drafted from specifications of building blocks and approved by people."""
