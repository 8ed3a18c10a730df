"""What records say in further languages: written by those who keep them, read by everybody who may read the record."""
