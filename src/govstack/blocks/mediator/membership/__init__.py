"""Membership: organisations apply with their details, are verified and accepted, and leave."""
