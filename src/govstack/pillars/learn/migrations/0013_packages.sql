-- Packages of others, as they were sent (pieces) and unpacked (files and their parts). `structure` names what is launched.
CREATE TABLE package (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'reading', 'ready', 'failed')),
    run TEXT NOT NULL,
    title TEXT NOT NULL,
    structure TEXT NOT NULL,
    byte_count BIGINT NOT NULL CHECK (byte_count >= 0),
    file_count BIGINT NOT NULL CHECK (file_count >= 0),
    files_done BIGINT NOT NULL CHECK (files_done >= 0),
    digest TEXT NOT NULL,
    fault TEXT NOT NULL,
    offered BIGINT NOT NULL CHECK (offered IN (0, 1)),
    made_by TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE package_piece (
    package_id TEXT NOT NULL REFERENCES package (id),
    number BIGINT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (package_id, number)
);

CREATE TABLE package_file (
    package_id TEXT NOT NULL REFERENCES package (id),
    path TEXT NOT NULL,
    media_type TEXT NOT NULL,
    byte_count BIGINT NOT NULL,
    PRIMARY KEY (package_id, path)
);

CREATE TABLE package_part (
    package_id TEXT NOT NULL,
    path TEXT NOT NULL,
    number BIGINT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (package_id, path, number)
);

-- How far a learner has come in a part of a package. What the content set is in package_value; this is its sum.
CREATE TABLE package_attempt (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES package (id),
    item_id TEXT NOT NULL,
    learner_id TEXT NOT NULL REFERENCES person (id),
    status TEXT NOT NULL CHECK (status IN ('started', 'completed', 'passed', 'failed')),
    score DOUBLE PRECISION,
    started_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (package_id, item_id, learner_id)
);
CREATE INDEX package_attempt_learner ON package_attempt (learner_id, started_at);

-- Every value that content set, in the order in which it did; nothing is written over, so the whole can be played again.
CREATE TABLE package_value (
    attempt_id TEXT NOT NULL REFERENCES package_attempt (id),
    session TEXT NOT NULL,
    place BIGINT NOT NULL,
    element TEXT NOT NULL,
    sealed {{bytes}} NOT NULL,
    stored_at TEXT NOT NULL,
    PRIMARY KEY (attempt_id, session, place)
);
