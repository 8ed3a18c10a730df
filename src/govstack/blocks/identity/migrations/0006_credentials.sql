-- What happened to a person's identity, as the person reads it; the details are sealed.
CREATE TABLE identity_event (
    event_id TEXT PRIMARY KEY CHECK (LENGTH(event_id) = 16),
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('AUTHENTICATION_REQUEST', 'SERVICE_REQUEST', 'DATA_UPDATE_REQUEST',
        'ID_MANAGEMENT_REQUEST', 'DATA_SHARE_REQUEST')),
    status TEXT NOT NULL CHECK (status IN ('SUCCESS', 'IN_PROGRESS', 'FAILED')),
    summary TEXT NOT NULL,
    at TEXT NOT NULL,
    info {{bytes}} NOT NULL
);
CREATE INDEX identity_event_person ON identity_event (person_id, at, event_id);

-- Credentials of people. What one says and where it is sent stands sealed; a person has one of a kind that has not ended.
CREATE TABLE credential (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE CHECK (LENGTH(number) = 12),
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('digital', 'physical')),
    state TEXT NOT NULL CHECK (state IN ('requested', 'produced', 'delivered', 'active', 'suspended', 'revoked', 'expired')),
    reference TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    replaces TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    CHECK (state IN ('requested', 'revoked') OR expires_at <> '')
);
CREATE UNIQUE INDEX credential_current ON credential (person_id, kind) WHERE state NOT IN ('revoked', 'expired');
CREATE INDEX credential_person ON credential (person_id, requested_at, id);
CREATE INDEX credential_state ON credential (state, requested_at, id);
CREATE INDEX credential_end ON credential (expires_at, id) WHERE state IN ('produced', 'delivered', 'active', 'suspended');

CREATE TABLE credential_step (
    credential_id TEXT NOT NULL REFERENCES credential (id),
    number BIGINT NOT NULL CHECK (number > 0),
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    own BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (credential_id, number)
);
