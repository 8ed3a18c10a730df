"""The published databases that test clients expect."""
