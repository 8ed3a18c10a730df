-- Certificates that the block's own authority has issued; the authority itself is derived and stands nowhere.
CREATE TABLE certificate (
    serial TEXT PRIMARY KEY CHECK (length(serial) = 40),
    kind TEXT NOT NULL CHECK (kind IN ('wallet', 'organisation', 'service')),
    subject TEXT NOT NULL,
    pem TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL CHECK (expires_at > issued_at),
    revoked_at TEXT,
    reason TEXT,
    CHECK ((revoked_at IS NULL) = (reason IS NULL))
);
CREATE INDEX certificate_revoked ON certificate (revoked_at) WHERE revoked_at IS NOT NULL;

-- Organisations that run wallets; of a key of theirs only a keyed hash is kept.
CREATE TABLE wallet_partner (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key_print TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    registered_at TEXT NOT NULL,
    modified_at TEXT NOT NULL
);

-- By which name each partner knows a person: drawn by chance, so that no two partners can compare theirs.
CREATE TABLE wallet_user (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    partner_id TEXT NOT NULL REFERENCES wallet_partner (id) ON DELETE CASCADE,
    UNIQUE (person_id, partner_id)
);

-- Keys of wallets bound to people, each for one kind of factor and once.
CREATE TABLE wallet_binding (
    id TEXT PRIMARY KEY,
    wallet_user_id TEXT NOT NULL REFERENCES wallet_user (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    factor_type TEXT NOT NULL,
    key_print TEXT NOT NULL,
    public_key {{json}} NOT NULL,
    usable BOOLEAN NOT NULL,
    serial TEXT NOT NULL REFERENCES certificate (serial) ON DELETE CASCADE,
    bound_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    UNIQUE (person_id, key_print, factor_type)
);

-- Proofs that wallets have signed: each counts once, until it would be too old anyway.
CREATE TABLE wallet_proof (
    digest TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
);
CREATE INDEX wallet_proof_expires ON wallet_proof (expires_at);
