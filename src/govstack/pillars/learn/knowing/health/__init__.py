"""The health of a community: who is active, whether questions are answered, whether events still draw people."""
