"""The officers' desk: find, verify, decide, enrol."""
