-- People as the state has them. What is known of somebody (attributes, facts) stands sealed in `content`, bound to the id;
-- the id never leaves the block, `subject` is how the country's own packages know the person.
CREATE TABLE identity (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'deactivated')),
    blocked_until TEXT NOT NULL,
    roles TEXT NOT NULL,
    scopes TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    listed BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    registered_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    CHECK (status = 'blocked' OR blocked_until = '')
);
CREATE INDEX identity_registered ON identity (registered_at, id);
CREATE INDEX identity_listed ON identity (position, id) WHERE listed;

-- What a person is found by: the secret number, virtual identifiers and aliases. Only a keyed hash is looked for; the
-- text itself stands sealed, to be shown to its person. A text is somebody's once, as long as it is not revoked.
CREATE TABLE identifier (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('uin', 'vid', 'alias')),
    form TEXT NOT NULL,
    print TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'spent', 'revoked')),
    blocked_until TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE UNIQUE INDEX identifier_print ON identifier (print) WHERE status <> 'revoked';
CREATE UNIQUE INDEX identifier_uin ON identifier (person_id) WHERE kind = 'uin';
CREATE INDEX identifier_person ON identifier (person_id, made_at, id);

-- Every change of an identity, in order: who, why, on what evidence, and what stood there before; sealed.
CREATE TABLE identity_change (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (person_id, number)
);

-- Keyed hashes of how names sound together with each other and with the year of birth: enough to find who may be the
-- same person, and nothing that can be read.
CREATE TABLE resemblance (
    token TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    PRIMARY KEY (token, person_id)
);
CREATE INDEX resemblance_person ON resemblance (person_id);
