"""Services of a version: hidden, disabled, deleted, copied, and custom ones that only read."""
