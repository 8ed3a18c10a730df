-- Applications and pages that may ask for tokens.
CREATE TABLE client (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    application TEXT NOT NULL,
    scopes TEXT NOT NULL,
    redirect_uris {{json}} NOT NULL,
    modified_at TEXT NOT NULL
);

-- People who can sign in. Names live here and nowhere in tokens' addresses or logs.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    scopes TEXT NOT NULL,
    attributes {{json}} NOT NULL,
    listed BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    modified_at TEXT NOT NULL
);

-- One sign-in under way: what the relying party asked, who says to be there, and the one-time code.
CREATE TABLE sign_in (
    id TEXT PRIMARY KEY,
    request {{json}} NOT NULL,
    person_id TEXT REFERENCES person (id) ON DELETE CASCADE,
    one_time_code_hash TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    expires_at TEXT NOT NULL
);

-- Authorisation codes; `used_at` makes the second use visible, which revokes what the first one gave.
CREATE TABLE authorisation_code (
    code_hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    nonce TEXT NOT NULL,
    challenge TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);
