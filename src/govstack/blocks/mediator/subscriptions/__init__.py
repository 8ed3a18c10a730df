"""Subscriptions: which applications receive which events, by push or by pull, and how patiently."""
