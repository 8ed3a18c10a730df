"""What the parts of the demo country are filled with, and as whom they act."""
