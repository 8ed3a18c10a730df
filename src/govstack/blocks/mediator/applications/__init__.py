"""Applications of members: how they are registered, accepted, proven by certificates, and taken out."""
