"""Digital teams: which roles an organisation needs in which unit, who is there, and who is missing."""
