"""Finding and reading records: one access decision in every statement, every read of personal data logged."""
