"""What tests, badges and answers about people say becomes ratings, so that gaps close by what was proven."""
