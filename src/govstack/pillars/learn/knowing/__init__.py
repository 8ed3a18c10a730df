"""Knowing together: knowledge, communities, events, reviews, experts, playbook and policy (F16 to F18, F20 to F27)."""
