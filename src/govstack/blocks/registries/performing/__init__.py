"""Automations at work: finding records, handling one after the other, trying again, and starting by a web hook."""
