"""What a person can do and what their post asks for, as they and their manager see it."""
