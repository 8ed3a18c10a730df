"""Players of content that an operator adds, because their licence keeps them out of this product."""
