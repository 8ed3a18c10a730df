"""What a record may hold: values in the form their fields keep them in, secrets and masks."""
