"""Who may ask for tokens: relying parties by their keys, and applications and pages of this country's own packages."""
