"""Onboarding of a group: who wants to join, the call with them, and the channels they are invited to."""
