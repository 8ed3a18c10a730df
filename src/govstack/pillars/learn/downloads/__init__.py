"""Tables as files: CSV, spreadsheet or JSON, made part by part."""
