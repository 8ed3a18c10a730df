"""Follow-up of what was held: when each level is due after each session, what is late, and what may be said of it."""
