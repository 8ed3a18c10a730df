"""Delivery: a queue for each subscriber, emptied by pushes through the mediator or by the subscriber's own pulls."""
