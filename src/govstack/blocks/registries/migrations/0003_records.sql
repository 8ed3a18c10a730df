-- The end of each registry's chain of changes, its last record number, and how many records live. Locking the row
-- first puts the writers of a registry in line: numbers have no gaps, hashes no forks, and nobody creates twice.
CREATE TABLE registry_head (
    registry_id BIGINT PRIMARY KEY,
    position BIGINT NOT NULL CHECK (position >= 0),
    hash TEXT NOT NULL,
    numbered BIGINT NOT NULL CHECK (numbered >= 0),
    live BIGINT NOT NULL CHECK (live >= 0)
);

-- Every change of every record, hash-chained (DRS-7). A batch of loaded records is one entry with the digest of its rows.
CREATE TABLE registry_change (
    registry_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'deleted', 'archived', 'restored', 'loaded')),
    record TEXT NOT NULL,
    first_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL CHECK (last_number >= first_number),
    version TEXT NOT NULL,
    revision BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    digest TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    on_behalf_of TEXT NOT NULL,
    application TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (registry_id, position)
);
CREATE INDEX registry_change_record ON registry_change (record, position);
CREATE INDEX registry_change_batch ON registry_change (registry_id, first_number) WHERE kind = 'loaded';

-- First answers of requests that may be sent again (SD-1); sealed, because answers hold personal data.
CREATE TABLE repeatable_request (
    actor TEXT NOT NULL,
    request_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer {{bytes}},
    at TEXT NOT NULL,
    PRIMARY KEY (actor, request_key)
);
CREATE INDEX repeatable_request_at ON repeatable_request (at);
