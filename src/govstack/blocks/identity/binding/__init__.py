"""Keys of wallets bound to people: the published binding, what wallets prove with such keys, and revoking them."""
