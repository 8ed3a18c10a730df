"""Tracking: the search of events and deliveries, dead letters, the depth of queues, and what is forgotten in time."""
