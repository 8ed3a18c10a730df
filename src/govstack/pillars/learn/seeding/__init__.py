"""What this pillar starts with: words, instruments and frameworks of the product, and the demo country."""
