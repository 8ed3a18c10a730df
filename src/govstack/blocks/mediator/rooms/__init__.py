"""Rooms: applications that distribute events, the types of event they know, and who may publish and subscribe."""
