"""The analyst's workbench: the fields of a draft, one act at a time."""
