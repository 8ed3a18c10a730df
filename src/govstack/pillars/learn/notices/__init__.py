"""Telling people by the messaging block what concerns them, in their language, unless they want no messages."""
