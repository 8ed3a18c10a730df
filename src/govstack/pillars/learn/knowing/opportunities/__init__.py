"""What members offer to do in a community, and what came of it."""
