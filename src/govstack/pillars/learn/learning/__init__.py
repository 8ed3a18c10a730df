"""Learning itself and what proves it: courses, packages, records, badges and certificates (F14, F15, F30, F31)."""
