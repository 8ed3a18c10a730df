"""What people do about messages that cannot be delivered: more time before their end, and sending again after it."""
