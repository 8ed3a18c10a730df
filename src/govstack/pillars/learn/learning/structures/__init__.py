"""Course structures of cmi5 packages, entered as courses that are launched."""
