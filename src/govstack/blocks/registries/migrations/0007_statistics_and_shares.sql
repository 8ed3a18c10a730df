-- Questions to a registry that were kept to be asked again; the definition is sealed, for its filters may name people.
CREATE TABLE statistics_report (
    id TEXT PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registry (id),
    name TEXT NOT NULL,
    definition {{bytes}} NOT NULL,
    owner TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX statistics_report_registry ON statistics_report (registry_id, owner);

-- From how many records on a figure is given, where an analyst chose otherwise than the setting.
CREATE TABLE statistics_threshold (
    registry_id BIGINT PRIMARY KEY REFERENCES registry (id),
    smallest BIGINT NOT NULL CHECK (smallest >= 3),
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL
);

-- Links to records. Of the token only its digest is kept; what is shared and who shares are sealed.
CREATE TABLE record_share (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    token_digest TEXT NOT NULL UNIQUE,
    registry_id BIGINT NOT NULL REFERENCES registry (id),
    title TEXT NOT NULL,
    scope {{bytes}} NOT NULL,
    creator TEXT NOT NULL,
    creator_name TEXT NOT NULL,
    sealed_creator {{bytes}} NOT NULL,
    audience TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('view', 'download')),
    consent_reference TEXT NOT NULL,
    openings_max BIGINT CHECK (openings_max > 0),
    openings BIGINT NOT NULL DEFAULT 0 CHECK (openings >= 0),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    CHECK (openings_max IS NULL OR openings <= openings_max)
);
CREATE INDEX record_share_creator ON record_share (creator, number);

CREATE TABLE record_share_opening (
    id TEXT PRIMARY KEY,
    share_id TEXT NOT NULL REFERENCES record_share (id),
    at TEXT NOT NULL,
    receiver TEXT NOT NULL,
    receiver_name TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('view', 'download', 'api')),
    records BIGINT NOT NULL
);
CREATE INDEX record_share_opening_share ON record_share_opening (share_id, at);

-- Versions that are published already get the service too. It stays off until an analyst offers it.
INSERT INTO registry_service (registry_id, version, name, kind, state, custom, definition)
SELECT registry_id, version, 'data-share', 'data-share', 'disabled', FALSE, '{"title":""}'
FROM registry_version WHERE lifecycle <> 'deleted';
