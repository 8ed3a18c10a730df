"""Papers: what a country writes down, as a document, a spreadsheet or PDF."""
