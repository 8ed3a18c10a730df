"""Signing consent: drafts to be signed, signatures of people, and confirmations that this block signs for them."""
