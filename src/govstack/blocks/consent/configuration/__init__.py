"""The published operations by which organisations define policies and agreements, and everybody reads them."""
