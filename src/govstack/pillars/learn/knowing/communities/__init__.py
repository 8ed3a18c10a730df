"""Communities of practice: what they are for, who belongs to them, their charters, and what becomes of quiet ones."""
