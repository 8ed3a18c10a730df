"""What auditors see: everything, its history, and whether it was altered."""
