"""Academic partnership: topics, outputs that inform the work, and what programmes of study teach."""
