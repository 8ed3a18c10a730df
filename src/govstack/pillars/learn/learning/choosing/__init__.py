"""Choosing content inside a tool of others (LTI Deep Linking 2.0)."""
