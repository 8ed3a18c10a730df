"""How easy a text is to read, and whether everybody can read it."""
