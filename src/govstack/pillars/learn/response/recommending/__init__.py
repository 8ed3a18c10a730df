"""What somebody is recommended to take, for which gap, and why nothing else."""
