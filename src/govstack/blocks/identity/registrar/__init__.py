"""What administrators and officers do about people: by API, and on pages."""
