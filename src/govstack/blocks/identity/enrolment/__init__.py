"""Enrolments: packets come in any order, are found, read and changed, until the enrolment is submitted."""
