"""The demo country of the sandbox: people, gaps, plans, courses and what came of them, as data."""
