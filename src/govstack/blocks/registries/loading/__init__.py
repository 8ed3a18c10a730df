"""Bringing very many records in at once: streamed, in bounded memory, one entry of the chain for each batch."""
