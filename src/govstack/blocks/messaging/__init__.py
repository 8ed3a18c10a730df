"""Messaging: takes messages from government services and brings them to people, without keeping who or what."""
