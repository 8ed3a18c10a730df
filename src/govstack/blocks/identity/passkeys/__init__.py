"""Passkeys: a key on a device that its person unlocks (W3C Web Authentication)."""
