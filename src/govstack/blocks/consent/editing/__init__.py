"""Reading the forms of pages."""
