"""Forms to take along where there is no connection: for telephones, for other programs, and on paper."""
