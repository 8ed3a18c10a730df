"""What comes with the product, brought to every installation without touching what a country changed."""
