"""The desk of a training unit: sessions, seats, requests, checklists, costs, and figures by type."""
