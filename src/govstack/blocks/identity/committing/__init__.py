"""What an enrolment leads to: somebody registered, changed or given a new number, once, and told about it."""
