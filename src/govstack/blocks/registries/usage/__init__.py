"""Who read whose data: the log of personal-data reads, and its reports to the person concerned."""
