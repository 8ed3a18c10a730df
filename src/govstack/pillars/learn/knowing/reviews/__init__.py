"""Technical review of deliverables: rounds, votes without conflicts of interest, challenges and decisions."""
