-- Rights on registries. A policy's own grants carry its code and no registry.
CREATE TABLE access_policy (
    code TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    automatic BOOLEAN NOT NULL,
    registries TEXT NOT NULL,
    domain TEXT NOT NULL,
    classification TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL
);

CREATE TABLE access_grant (
    id TEXT PRIMARY KEY,
    registry_id BIGINT REFERENCES registry (id),
    policy TEXT REFERENCES access_policy (code),
    subject TEXT NOT NULL,
    effect TEXT NOT NULL CHECK (effect IN ('allow', 'deny')),
    services TEXT NOT NULL,
    fields TEXT,
    condition TEXT,
    own_records BOOLEAN NOT NULL,
    owner TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    consent_purpose TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    revoked_at TEXT,
    CHECK (registry_id IS NOT NULL OR policy IS NOT NULL)
);
CREATE INDEX access_grant_registry ON access_grant (registry_id);
CREATE INDEX access_grant_policy ON access_grant (policy);

CREATE TABLE access_group (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE access_group_member (
    group_code TEXT NOT NULL REFERENCES access_group (code) ON DELETE CASCADE,
    member TEXT NOT NULL,
    PRIMARY KEY (group_code, member)
);
