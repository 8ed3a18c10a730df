"""What the pages of consent share."""
