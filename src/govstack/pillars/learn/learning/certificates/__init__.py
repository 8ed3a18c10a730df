"""Certificates: those of badges as PDF, and those that people earned elsewhere."""
