"""Answers to data users: is there consent."""
