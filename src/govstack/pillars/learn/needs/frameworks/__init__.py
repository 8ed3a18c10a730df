"""Competency frameworks: what people should be able to do, in scales, levels and relations."""
