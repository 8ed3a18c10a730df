"""The published notation of schemas, read and written."""
