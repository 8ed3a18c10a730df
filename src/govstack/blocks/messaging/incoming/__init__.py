"""What networks bring: receipts of texts, and what people write back."""
