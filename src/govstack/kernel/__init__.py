"""Shared by all packages; knows no domain."""
