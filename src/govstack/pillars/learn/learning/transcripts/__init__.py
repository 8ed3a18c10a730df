"""Everything that a learner has earned, to take out."""
