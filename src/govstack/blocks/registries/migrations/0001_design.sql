-- Catalogues hold registries and stand in groups, as the published list of databases shows them.
CREATE TABLE registry_catalogue (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    group_id BIGINT NOT NULL,
    group_name TEXT NOT NULL,
    position BIGINT NOT NULL,
    data_index_increment BIGINT NOT NULL DEFAULT 0,
    UNIQUE (group_name, name)
);

-- A registry and what is true of all its versions. A deleted one keeps its row, its number and its records.
-- Definitions are text, not the JSON type: the order of fields is part of them.
CREATE TABLE registry (
    id BIGINT PRIMARY KEY CHECK (id > 0),
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    catalogue_id BIGINT NOT NULL REFERENCES registry_catalogue (id),
    institution TEXT NOT NULL,
    domain TEXT NOT NULL,
    retention_days BIGINT CHECK (retention_days > 0),
    classification TEXT NOT NULL CHECK (classification IN ('open', 'restricted', 'confidential')),
    storage TEXT NOT NULL CHECK (storage IN ('row', 'column', 'document')),
    default_index TEXT NOT NULL,
    default_grant BOOLEAN NOT NULL,
    stewards TEXT NOT NULL,
    lifecycle TEXT NOT NULL CHECK (lifecycle IN ('draft', 'published', 'archived', 'deleted')),
    field_numbers TEXT NOT NULL,
    increment_index BIGINT NOT NULL,
    next_index BIGINT NOT NULL DEFAULT 0,
    draft TEXT,
    modified_at TEXT NOT NULL,
    by_user_name TEXT NOT NULL,
    by_user_auth_id BIGINT NOT NULL DEFAULT 0,
    by_on_behalf_of_user_name TEXT NOT NULL
);
CREATE UNIQUE INDEX registry_code ON registry (code_key) WHERE lifecycle <> 'deleted';
CREATE INDEX registry_catalogue_id ON registry (catalogue_id);

-- The highest database id ever given; ids of deleted registries are never given again, for their records stay.
CREATE TABLE registry_number (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    highest BIGINT NOT NULL
);
INSERT INTO registry_number (id, highest) VALUES (1, 0);

CREATE TABLE registry_version (
    registry_id BIGINT NOT NULL REFERENCES registry (id),
    version TEXT NOT NULL,
    position BIGINT NOT NULL,
    lifecycle TEXT NOT NULL CHECK (lifecycle IN ('published', 'archived', 'deleted')),
    definition TEXT NOT NULL,
    changes TEXT NOT NULL,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (registry_id, version),
    UNIQUE (registry_id, position)
);

CREATE TABLE registry_service (
    id {{serial}},
    registry_id BIGINT NOT NULL,
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('visible', 'hidden', 'disabled', 'deleted')),
    used_count BIGINT NOT NULL DEFAULT 0,
    custom BOOLEAN NOT NULL DEFAULT FALSE,
    definition TEXT NOT NULL,
    UNIQUE (registry_id, version, name),
    FOREIGN KEY (registry_id, version) REFERENCES registry_version (registry_id, version)
);

-- Keys of secret fields, sealed. An older key still opens what it encrypted.
CREATE TABLE registry_key (
    registry_id BIGINT NOT NULL REFERENCES registry (id),
    generation BIGINT NOT NULL,
    sealed {{bytes}} NOT NULL,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (registry_id, generation)
);

-- Whole definitions that are shared as a start for new registries (DRS-20).
CREATE TABLE registry_template (
    code TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    title TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (code, version)
);

-- The pattern of all tables of records. Each published registry has one like it, named record_<registry id>;
-- this one stays empty, and statements on records are written against it.
CREATE TABLE record_pattern (
    uuid TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    content {{json}} NOT NULL,
    version TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_at TEXT,
    archived_at TEXT,
    revision BIGINT NOT NULL,
    change_hash TEXT NOT NULL
);
