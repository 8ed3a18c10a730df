"""Records of declared kinds: one way to keep, check, list, export, import and show what a country writes down."""
