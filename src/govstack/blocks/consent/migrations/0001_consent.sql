-- What anything was at one moment, as text that is kept byte for byte and sealed. Of a row only the successor changes
-- later; forgetting takes the text away and leaves its hashes, so that the chain can still be walked.
CREATE TABLE revision (
    id TEXT PRIMARY KEY,
    schema_name TEXT NOT NULL CHECK (schema_name IN ('Policy', 'DataAgreement', 'ConsentRecord', 'Individual')),
    object_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    snapshot {{bytes}},
    serialized_hash TEXT NOT NULL,
    strong_hash TEXT NOT NULL,
    at TEXT NOT NULL,
    signed_without_object_id BOOLEAN NOT NULL,
    predecessor_hash TEXT NOT NULL,
    predecessor_signature TEXT NOT NULL,
    successor_id TEXT,
    kid TEXT NOT NULL,
    signature TEXT NOT NULL,
    UNIQUE (schema_name, object_id, number)
);
CREATE INDEX revision_at ON revision (at, id);

-- The tables below hold what is looked for; what a thing says stands in its newest revision.
CREATE TABLE policy (
    id TEXT PRIMARY KEY,
    revision_id TEXT NOT NULL REFERENCES revision (id),
    deleted BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX policy_created ON policy (created_at, id);

CREATE TABLE controller (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    UNIQUE (name, url)
);

CREATE TABLE agreement (
    id TEXT PRIMARY KEY,
    revision_id TEXT NOT NULL REFERENCES revision (id),
    policy_id TEXT REFERENCES policy (id),
    active BOOLEAN NOT NULL,
    forgettable BOOLEAN NOT NULL,
    terminated BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    CHECK (NOT (active AND terminated))
);
CREATE INDEX agreement_created ON agreement (created_at, id);
CREATE INDEX agreement_policy ON agreement (policy_id);

-- People are found by keyed hashes: `reference` of identifier, its type and its provider together, `person` of the first
-- two. Both are empty for somebody who is not known yet.
CREATE TABLE individual (
    id TEXT PRIMARY KEY,
    revision_id TEXT NOT NULL REFERENCES revision (id),
    reference TEXT UNIQUE,
    person TEXT,
    notices BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX individual_created ON individual (created_at, id);
CREATE INDEX individual_person ON individual (person, created_at);

CREATE TABLE consent_record (
    id TEXT PRIMARY KEY,
    revision_id TEXT NOT NULL REFERENCES revision (id),
    agreement_id TEXT NOT NULL REFERENCES agreement (id),
    agreement_revision_id TEXT NOT NULL REFERENCES revision (id),
    individual_id TEXT REFERENCES individual (id),
    opt_in BOOLEAN,
    state TEXT NOT NULL CHECK (state IN ('unsigned', 'pending more signatures', 'signed')),
    signature_id TEXT,
    forgotten BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (agreement_revision_id, individual_id),
    CHECK (forgotten = (individual_id IS NULL)),
    CHECK ((state = 'unsigned') = (signature_id IS NULL))
);
CREATE INDEX consent_record_created ON consent_record (created_at, id);
CREATE INDEX consent_record_individual ON consent_record (individual_id, agreement_id, created_at);
CREATE INDEX consent_record_agreement ON consent_record (agreement_id, created_at);

-- A signature over one revision of a record, sealed whole; nothing is left of a forgotten one but that there was one.
CREATE TABLE signature (
    id TEXT PRIMARY KEY,
    record_id TEXT NOT NULL,
    revision_id TEXT NOT NULL REFERENCES revision (id),
    content {{bytes}}
);
CREATE INDEX signature_record ON signature (record_id);

-- Who was shown what about whom.
CREATE TABLE personal_read (
    id TEXT NOT NULL,
    individual_id TEXT NOT NULL,
    at TEXT NOT NULL,
    operation TEXT NOT NULL,
    reader_id TEXT NOT NULL,
    reader_name TEXT NOT NULL,
    application TEXT NOT NULL,
    purpose TEXT NOT NULL,
    PRIMARY KEY (id, individual_id)
);
CREATE INDEX personal_read_individual ON personal_read (individual_id, at);

CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    payload_url TEXT NOT NULL,
    content_type TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    secret {{bytes}} NOT NULL,
    created_at TEXT NOT NULL
);

-- Whether the organisation wants notices to be sent at all; one row.
CREATE TABLE notice_switch (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    enabled BOOLEAN NOT NULL
);
INSERT INTO notice_switch (id, enabled) VALUES (1, TRUE);
