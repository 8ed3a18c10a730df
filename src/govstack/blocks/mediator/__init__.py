"""Information mediator: who is connected, who may call what, and the proof that it happened."""
