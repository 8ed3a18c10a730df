"""Who may send: sender data, keys, callback hosts, limits and patience."""
