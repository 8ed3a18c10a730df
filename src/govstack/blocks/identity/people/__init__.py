"""People as the state has them: attributes, status, rights, identifiers, and the history of their changes."""
