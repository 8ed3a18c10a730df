"""A framework as a table: one row a competency, in their order."""
