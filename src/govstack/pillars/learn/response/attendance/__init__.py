"""Who was there, what came of it, and who gets a certificate."""
