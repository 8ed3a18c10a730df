"""What the pilot of the demo country came to: a test before and after it, and ratings that follow."""
