"""What people and organisations can do, what they should be able to do, and the gap between (F1 to F6)."""
