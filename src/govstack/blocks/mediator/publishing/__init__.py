"""Publishing: events are checked, stored and queued before their publishers hear that they were accepted."""
