"""Certificates over keys: the block's own authority issues them, revokes them, and says how one stands."""
