-- The session at the provider that a sign-in under way belongs to; empty before its person is known.
ALTER TABLE sign_in_transaction ADD COLUMN session_id TEXT NOT NULL DEFAULT '';
CREATE INDEX sign_in_transaction_session ON sign_in_transaction (session_id) WHERE session_id <> '';
