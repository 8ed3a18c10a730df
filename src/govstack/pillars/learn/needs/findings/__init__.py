"""What a campaign found: who answered, and how results are spread, with small numbers of people hidden."""
