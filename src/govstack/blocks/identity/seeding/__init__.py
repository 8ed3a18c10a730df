"""The records that published clients expect."""
