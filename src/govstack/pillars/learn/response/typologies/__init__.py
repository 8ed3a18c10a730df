"""What an offering can be: types, topics, delivery forms, audiences and programmes, all as data."""
