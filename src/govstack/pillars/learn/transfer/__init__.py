"""Files of records, taken out and put back."""
