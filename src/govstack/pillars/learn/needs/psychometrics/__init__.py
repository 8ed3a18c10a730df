"""What answers tell of items, tests, learning and raters."""
