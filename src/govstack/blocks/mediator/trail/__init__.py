"""The audit trail of administrators' acts: reading it, and checking that nothing in it was changed."""
