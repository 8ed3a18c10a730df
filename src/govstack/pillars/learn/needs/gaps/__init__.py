"""What people's posts require against what they can do: per person, and rolled up without averages."""
