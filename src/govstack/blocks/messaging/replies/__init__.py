"""Answers of people on their way to the service that sent the message."""
