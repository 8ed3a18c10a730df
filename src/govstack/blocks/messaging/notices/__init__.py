"""Messages that people read here themselves, with their own sign-in."""
