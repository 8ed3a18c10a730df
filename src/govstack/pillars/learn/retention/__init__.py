"""How long what is personal is kept: rooms say it of what they hold, everybody reads it, a task lets go daily."""
