-- Who may ask for tokens: relying parties by a key, the country's own applications and pages by a secret.
CREATE TABLE oauth_client (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    relying_party_id TEXT NOT NULL,
    logo_uri TEXT NOT NULL,
    redirect_uris {{json}} NOT NULL,
    acr_values {{json}} NOT NULL,
    claims {{json}} NOT NULL,
    public_key {{json}} NOT NULL,
    secret_hash TEXT NOT NULL,
    grant_types {{json}} NOT NULL,
    auth_methods {{json}} NOT NULL,
    subject_type TEXT NOT NULL CHECK (subject_type IN ('pairwise', 'public')),
    application TEXT NOT NULL,
    scopes TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
    request_print TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL
);

-- Keys that ID tokens and claims are signed with. The private half is sealed, and taken away when the key has ended.
CREATE TABLE provider_key (
    kid TEXT PRIMARY KEY,
    public_jwk {{json}} NOT NULL,
    certificate TEXT NOT NULL,
    private_sealed {{bytes}},
    signs_from TEXT NOT NULL,
    signs_until TEXT NOT NULL,
    published_until TEXT NOT NULL,
    CHECK (signs_from <= signs_until AND signs_until < published_until)
);

-- A sign-in under way: what was asked for, how far it has come, and what is known by now.
CREATE TABLE sign_in_transaction (
    id TEXT PRIMARY KEY,
    request {{json}} NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('created', 'authenticated', 'permitted', 'code-issued')),
    progress {{json}} NOT NULL,
    expires_at TEXT NOT NULL,
    reusable BOOLEAN NOT NULL
);
CREATE INDEX sign_in_transaction_end ON sign_in_transaction (expires_at);

-- Authorisation codes; `used_at` makes a second use visible, which ends what the first one gave.
CREATE TABLE authorization_code (
    code_hash TEXT PRIMARY KEY,
    transaction_id TEXT NOT NULL REFERENCES sign_in_transaction (id) ON DELETE CASCADE,
    expires_at TEXT NOT NULL,
    used_at TEXT
);
CREATE INDEX authorization_code_transaction ON authorization_code (transaction_id);
