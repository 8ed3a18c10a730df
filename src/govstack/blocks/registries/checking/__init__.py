"""What a definition demands of the content of records, worked out once and asked for each of them."""
