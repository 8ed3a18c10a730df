"""The keys that tokens are signed with: published before they sign, and until nothing needs them."""
