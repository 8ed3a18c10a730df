"""What every act on a record does: whose it is, its next version, and what is told of it."""
