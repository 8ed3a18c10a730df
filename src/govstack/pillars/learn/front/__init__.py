"""The first page: what this pillar is for, and where each person goes from here."""
