"""Who carries texts to phones: how a text is written for a network, and the providers that take it."""
