"""Events in time: what is to come and what is past, one's own, and word to those who come when one changes."""
