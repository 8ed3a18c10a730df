"""The talent archive: experts who want to be found, what they show of themselves, and who looked for what."""
