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

-- Client assertions that were used, until they end: each counts once.
CREATE TABLE client_assertion (
    print TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
);
CREATE INDEX client_assertion_end ON client_assertion (expires_at);

-- How a sector of relying parties knows a person; made once by chance, so that no other sector can compute it.
CREATE TABLE pairwise_subject (
    person_id TEXT NOT NULL,
    sector TEXT NOT NULL,
    subject TEXT NOT NULL UNIQUE,
    PRIMARY KEY (person_id, sector)
);

-- What was given for a sign-in; an access token is worth nothing once its grant has ended.
CREATE TABLE token_grant (
    id TEXT PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    scopes {{json}} NOT NULL,
    claims {{json}} NOT NULL,
    locales {{json}} NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX token_grant_person ON token_grant (person_id, client_id);
CREATE INDEX token_grant_transaction ON token_grant (transaction_id);
CREATE INDEX token_grant_end ON token_grant (expires_at);

-- Requests for sign-in that a client pushed before (RFC 9126); each is taken once.
CREATE TABLE pushed_request (
    print TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    parameters {{json}} NOT NULL,
    expires_at TEXT NOT NULL
);

-- Who says to be there in a sign-in under way; no person when nobody is known by what was typed.
CREATE TABLE named_person (
    transaction_id TEXT PRIMARY KEY REFERENCES sign_in_transaction (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL,
    one_time_id TEXT NOT NULL
);

-- People who have signed in at the provider with a browser, so that the next service need not ask again.
CREATE TABLE provider_session (
    print TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    acr TEXT NOT NULL,
    methods {{json}} NOT NULL,
    authenticated_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX provider_session_person ON provider_session (person_id);
CREATE INDEX provider_session_end ON provider_session (expires_at);

-- What people allow relying parties to know. One holds at a time for a person and a client; those before stay to be read.
CREATE TABLE permission (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scopes {{json}} NOT NULL,
    claims {{json}} NOT NULL,
    asked {{json}} NOT NULL,
    transaction_id TEXT NOT NULL,
    at TEXT NOT NULL,
    ended_at TEXT
);
CREATE UNIQUE INDEX permission_holds ON permission (person_id, client_id) WHERE ended_at IS NULL;
CREATE INDEX permission_person ON permission (person_id, at);
