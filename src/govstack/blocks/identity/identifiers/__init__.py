"""What a person is found by: the secret number, virtual identifiers and aliases."""
