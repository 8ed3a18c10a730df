"""Training centres: what they are, what they can hold, how far they are set up, and what their own sites offer."""
