"""What a linter cannot see: the house rules of docs/adr, asserted over the tree itself."""
