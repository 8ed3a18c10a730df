-- Organisations that people share with, and those that issue credentials for us; the secret signs notices to them.
CREATE TABLE partner (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    application TEXT NOT NULL,
    address TEXT NOT NULL,
    logo_url TEXT NOT NULL,
    roles TEXT NOT NULL,
    attributes {{json}} NOT NULL,
    active BOOLEAN NOT NULL,
    secret {{bytes}} NOT NULL,
    modified_at TEXT NOT NULL
);

-- What people shared: names of attributes, never their values; what the partner fetches stands sealed and is forgotten.
CREATE TABLE share (
    event_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    partner_id TEXT NOT NULL REFERENCES partner (id),
    purpose {{bytes}} NOT NULL,
    attributes {{json}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'fetched', 'withdrawn', 'failed')),
    request_print TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    document {{bytes}} NOT NULL
);
CREATE INDEX share_person ON share (person_id, created_at, event_id);
CREATE INDEX share_partner ON share (partner_id, created_at, event_id);
CREATE INDEX share_end ON share (expires_at);

-- Requests of people for changes of their data; what is to change, and the evidence, stand sealed.
CREATE TABLE change_request (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES identity_event (event_id),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'rejected')),
    request_print TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    content {{bytes}} NOT NULL
);
CREATE INDEX change_request_state ON change_request (state, created_at, id);
CREATE INDEX change_request_person ON change_request (person_id, created_at, id);

-- Requests to issuers elsewhere; of the link that works once only a hash is kept.
CREATE TABLE issuance (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL REFERENCES credential (id),
    partner_id TEXT NOT NULL REFERENCES partner (id),
    way TEXT NOT NULL CHECK (way IN ('push', 'pull')),
    link_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    fetched_at TEXT NOT NULL
);
