"""Which block called which: the recorded messages behind a page."""
