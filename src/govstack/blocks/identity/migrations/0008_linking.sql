-- Link codes that browsers show and phones read, and what came of each. Codes and ids of linked sign-ins are hashes.
CREATE TABLE wallet_link (
    id TEXT PRIMARY KEY,
    transaction_id TEXT NOT NULL REFERENCES sign_in_transaction (id) ON DELETE CASCADE,
    code_print TEXT NOT NULL UNIQUE,
    linked_print TEXT UNIQUE,
    expires_at TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    person_id TEXT NOT NULL,
    acr TEXT NOT NULL,
    methods {{json}} NOT NULL,
    authenticated_at TEXT NOT NULL,
    permitted_at TEXT NOT NULL,
    scopes {{json}} NOT NULL,
    claims {{json}} NOT NULL,
    refused_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    CHECK ((linked_print IS NULL) = (linked_at = '')),
    CHECK ((person_id = '') = (authenticated_at = ''))
);
CREATE INDEX wallet_link_transaction ON wallet_link (transaction_id, expires_at);
