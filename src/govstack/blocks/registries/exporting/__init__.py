"""Exporting records as files: those chosen or those found, in the fields the reader may see."""
