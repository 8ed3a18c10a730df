"""What senders say again and again: named texts with fields, in several languages, by version."""
