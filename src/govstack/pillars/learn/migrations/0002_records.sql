-- The words that a country chooses from: kinds of assets, groups of stakeholders, states. A word is never deleted, for
-- records hold it; it can be retired. `ours` marks a default of this product that no source states.
CREATE TABLE term (
    vocabulary TEXT NOT NULL,
    code TEXT NOT NULL,
    labels TEXT NOT NULL,
    position BIGINT NOT NULL,
    ours BOOLEAN NOT NULL,
    retired BOOLEAN NOT NULL,
    PRIMARY KEY (vocabulary, code)
);

-- Records of every declared kind. `content` is JSON in the shape that the kind declares; what is personal in it is sealed
-- beside it, and goes when the person is erased. `title` is empty where the title itself is personal.
CREATE TABLE record (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    personal_sealed {{bytes}},
    audience TEXT NOT NULL CHECK (audience IN ('private', 'partner', 'public')),
    archived BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX record_kind ON record (kind, archived, id);

-- What a record said before; append-only but for what is erased.
CREATE TABLE record_revision (
    record_id TEXT NOT NULL REFERENCES record (id),
    number BIGINT NOT NULL,
    content TEXT NOT NULL,
    personal_sealed {{bytes}},
    audience TEXT NOT NULL,
    archived BOOLEAN NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (record_id, number)
);

-- What a record points at, so that it is found from there: another record, a person or an organisation.
CREATE TABLE record_link (
    record_id TEXT NOT NULL REFERENCES record (id),
    field TEXT NOT NULL,
    target_id TEXT NOT NULL,
    PRIMARY KEY (record_id, field, target_id)
);
CREATE INDEX record_link_target ON record_link (target_id, field, record_id);
