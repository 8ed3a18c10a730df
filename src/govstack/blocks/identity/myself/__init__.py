"""A person's own pages: who they are as the state has it, and how they sign in."""
