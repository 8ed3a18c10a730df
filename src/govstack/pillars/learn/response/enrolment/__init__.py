"""Who takes part: asking, nominating, agreeing, waiting, cancelling, and what people need in order to take part."""
