-- Whether a message about a request went out: one request sends one message at most, so that nobody can be flooded by it.
ALTER TABLE consent_request ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
