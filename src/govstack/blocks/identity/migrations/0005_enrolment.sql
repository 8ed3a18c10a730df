-- Services of enrolment: a machine of a centre and the public key that its packets are signed with.
CREATE TABLE enrolment_station (
    id TEXT PRIMARY KEY,
    centre TEXT NOT NULL,
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    officers TEXT NOT NULL,
    application TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'revoked')),
    registered_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE UNIQUE INDEX enrolment_station_in_force ON enrolment_station (centre, machine) WHERE state <> 'revoked';
CREATE INDEX enrolment_station_named ON enrolment_station (centre, machine, registered_at);

-- Enrolments under way and done. Who the person is stands sealed in the packets until they are registered.
CREATE TABLE enrolment (
    id TEXT PRIMARY KEY,
    ref_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    process TEXT NOT NULL CHECK (process IN ('NEW', 'UPDATE', 'LOST')),
    source TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'submitted', 'held', 'committed', 'refused', 'abandoned')),
    problem TEXT NOT NULL,
    -- The subject is reserved from the start, so that a commit that is repeated registers the same person.
    subject TEXT NOT NULL UNIQUE,
    person_id TEXT,
    parts BIGINT NOT NULL CHECK (parts >= 0),
    finalised BOOLEAN NOT NULL,
    outcome {{bytes}},
    started_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX enrolment_changed ON enrolment (state, changed_at, id);
CREATE INDEX enrolment_owned ON enrolment (owner, changed_at, id);

-- Packets as they came: their signed metadata stay for tracing, their content is taken away when the enrolment ends.
CREATE TABLE enrolment_packet (
    enrolment_id TEXT NOT NULL REFERENCES enrolment (id),
    digest TEXT NOT NULL,
    made_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    source TEXT NOT NULL,
    officer TEXT NOT NULL,
    sender TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    first BOOLEAN NOT NULL,
    receipts TEXT NOT NULL,
    content {{bytes}},
    PRIMARY KEY (enrolment_id, digest)
);

-- Documents and biometric records, each sealed; what they are stands beside them.
CREATE TABLE enrolment_piece (
    enrolment_id TEXT NOT NULL REFERENCES enrolment (id),
    place TEXT NOT NULL,
    digest TEXT NOT NULL,
    about TEXT NOT NULL,
    content {{bytes}},
    received_at TEXT NOT NULL,
    PRIMARY KEY (enrolment_id, place, digest)
);

-- Keyed hashes of names and years of birth, so that an open enrolment is found by them and nothing can be read.
CREATE TABLE enrolment_token (
    token TEXT NOT NULL,
    enrolment_id TEXT NOT NULL REFERENCES enrolment (id),
    PRIMARY KEY (token, enrolment_id)
);
CREATE INDEX enrolment_token_enrolment ON enrolment_token (enrolment_id);

-- People who may be the one of an enrolment, and what an officer decided, with the reason sealed.
CREATE TABLE enrolment_candidate (
    id TEXT PRIMARY KEY,
    enrolment_id TEXT NOT NULL REFERENCES enrolment (id),
    person_id TEXT NOT NULL,
    score BIGINT NOT NULL CHECK (score BETWEEN 0 AND 100),
    decision TEXT NOT NULL CHECK (decision IN ('undecided', 'same', 'different', 'look')),
    reason {{bytes}},
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    UNIQUE (enrolment_id, person_id)
);
