"""The dashboard of a country: where its capacity stands, each number with its date and what it was counted from."""
