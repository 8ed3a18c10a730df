"""Signing people in for those who ask: the request, who is there, what they allow, and the way back."""
