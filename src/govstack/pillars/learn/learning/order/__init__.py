"""What a launched unit may say in a session, and in which order (cmi5, section 9)."""
