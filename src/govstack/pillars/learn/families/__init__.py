"""Families of rooms: what each brings to the card of this pillar, and how the cards are joined."""
