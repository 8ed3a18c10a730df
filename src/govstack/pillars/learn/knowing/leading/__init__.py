"""What facilitators write for their own community: its events, charters and items of knowledge."""
