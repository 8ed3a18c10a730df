"""Which people may be the same: names folded across scripts, and keyed hashes of them."""
