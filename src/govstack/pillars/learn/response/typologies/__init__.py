"""What an offering can be: types, topics, delivery forms, audiences, programmes and their goals, all as data."""
