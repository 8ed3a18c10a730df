"""What was exchanged: signed, chained and time-stamped so that others can check it."""
