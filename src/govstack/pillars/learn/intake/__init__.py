"""Files of rows: taken in at once when they are small, else by a durable job that can be followed and cancelled."""
