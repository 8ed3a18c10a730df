"""What people of a sandbox received."""
