"""Writing agreements on pages: drafts that are answered question by question, checked, and put in force."""
