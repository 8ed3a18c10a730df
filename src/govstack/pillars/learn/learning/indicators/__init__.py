"""What came of learning, measured: gain, transfer, gaps closed, and what a level gained cost."""
