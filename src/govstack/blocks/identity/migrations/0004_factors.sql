-- Tries of a factor: five in a row, then a pause that grows up to an hour and ends by itself.
CREATE TABLE lockout (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    family TEXT NOT NULL,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    counted_from TEXT NOT NULL,
    locks BIGINT NOT NULL CHECK (locks >= 0),
    locked_until TEXT NOT NULL,
    PRIMARY KEY (person_id, family)
);

-- One-time codes on their way: one for each person and purpose, as a keyed hash.
CREATE TABLE one_time_code (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    channel TEXT NOT NULL,
    print TEXT NOT NULL,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    expires_at TEXT NOT NULL,
    PRIMARY KEY (person_id, purpose)
);
CREATE INDEX one_time_code_expires ON one_time_code (expires_at);

-- When codes were sent, so that nobody is flooded with them.
CREATE TABLE code_sending (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    at TEXT NOT NULL
);
CREATE INDEX code_sending_person ON code_sending (person_id, at);
CREATE INDEX code_sending_at ON code_sending (at);

-- PIN and password: a slow hash with its parameters, sealed.
CREATE TABLE known_secret (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('pin', 'password')),
    content {{bytes}} NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
);

-- Authenticator apps (RFC 6238): the sealed secret, and the last time step that a code was taken for.
CREATE TABLE authenticator (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    confirmed BOOLEAN NOT NULL,
    last_step BIGINT NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT NOT NULL
);
CREATE INDEX authenticator_person ON authenticator (person_id, made_at, id);

-- Passkeys (WebAuthn): public keys alone.
CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    credential TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    user_handle TEXT NOT NULL,
    public_key {{bytes}} NOT NULL,
    sign_count BIGINT NOT NULL CHECK (sign_count >= 0),
    made_at TEXT NOT NULL,
    used_at TEXT NOT NULL
);
CREATE INDEX passkey_person ON passkey (person_id, made_at, id);

-- What an authenticator is asked to sign: once, for one purpose.
CREATE TABLE passkey_challenge (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('create', 'get')),
    person_id TEXT REFERENCES identity (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    challenge TEXT NOT NULL,
    user_handle TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires_at);

-- That a person in a session has proven themselves a moment ago, and may change how they sign in.
CREATE TABLE fresh_proof (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, session)
);
CREATE INDEX fresh_proof_at ON fresh_proof (at);

-- Proofs of the published records, as keyed hashes; read in the conformance profile alone.
CREATE TABLE published_proof (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    print TEXT NOT NULL,
    method TEXT NOT NULL,
    PRIMARY KEY (person_id, print)
);
