"""Partners that run wallets: who they are, and the keys with which they prove themselves."""
