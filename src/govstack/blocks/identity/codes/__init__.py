"""One-time codes that are sent to a person by the messaging block."""
