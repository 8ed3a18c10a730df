"""What a record may hold: values that fit their fields, numbers and triggers, secrets and masks."""
