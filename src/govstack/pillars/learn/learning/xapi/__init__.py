"""What every part of the record store shares: the grammar of xAPI 1.0.3."""
