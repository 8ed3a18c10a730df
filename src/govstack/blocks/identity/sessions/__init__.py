"""Sessions at the provider: which browser has one, which clients got tokens in it, and telling them of its end."""
