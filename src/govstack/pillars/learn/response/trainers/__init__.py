"""Who may teach what, by whose word, and until when."""
