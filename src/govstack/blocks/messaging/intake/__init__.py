"""The published interface: what is sent, once, and how it stands."""
