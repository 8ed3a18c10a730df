"""What tests and badges say becomes ratings, so that gaps close by what was proven."""
