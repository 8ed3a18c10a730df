-- When a campaign was cut from the people whom it was about; NULL while it is known who answered what.
ALTER TABLE campaign ADD COLUMN let_go_at TEXT;
