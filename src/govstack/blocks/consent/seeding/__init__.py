"""The records that published clients and the sandbox expect."""
