"""Instruments: what is asked in an assessment, as versioned documents that a country may change."""
