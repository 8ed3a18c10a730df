-- The message log: what was exchanged, signed and chained, and what is counted from it.

-- A chain belongs to one process at a time, so that processes do not queue at each other's last entry. The row counts
-- the entries too: an end that was cut off shows.
CREATE TABLE message_chain (
    chain TEXT PRIMARY KEY,
    number BIGINT NOT NULL CHECK (number >= 0),
    hash TEXT NOT NULL,
    holder TEXT NOT NULL,
    held_until TEXT NOT NULL
);

-- Append-only. `message_id` grows with time (UUIDv7), so it orders lists and bounds their dates.
CREATE TABLE message_entry (
    chain TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    message_id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('request', 'answer')),
    correlation_id TEXT NOT NULL,
    client TEXT NOT NULL,
    provider TEXT NOT NULL,
    service_code TEXT NOT NULL,
    method TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    status INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('received', 'allowed', 'refused')),
    reason TEXT NOT NULL,
    target_digest TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    request_bytes BIGINT NOT NULL,
    answer_digest TEXT NOT NULL,
    answer_bytes BIGINT NOT NULL,
    user_statement TEXT NOT NULL,
    purpose TEXT NOT NULL,
    at TEXT NOT NULL,
    duration_us BIGINT NOT NULL,
    provider_us BIGINT NOT NULL,
    kid TEXT NOT NULL,
    signature TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, number),
    UNIQUE (message_id, direction)
);
CREATE INDEX message_entry_client ON message_entry (client, message_id);
CREATE INDEX message_entry_provider ON message_entry (provider, message_id);
CREATE INDEX message_entry_correlation ON message_entry (correlation_id);

-- Time stamps over the end of a chain, many entries at once.
CREATE TABLE message_seal (
    chain TEXT NOT NULL,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    kid TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (chain, number)
);

-- What was said, encrypted, where the service asks for it and no longer than it says.
CREATE TABLE message_payload (
    message_id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('request', 'answer')),
    sealed {{bytes}} NOT NULL,
    kept_until TEXT NOT NULL,
    PRIMARY KEY (message_id, direction)
);
CREATE INDEX message_payload_end ON message_payload (kept_until);

-- Certificates of the keys that signed, kept after the keys have rolled over.
CREATE TABLE message_certificate (
    kid TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('authority', 'member', 'timestamp')),
    subject TEXT NOT NULL,
    pem TEXT NOT NULL,
    issued_at TEXT NOT NULL
);

-- Answers counted by the minute, and how far each chain has been counted. `le_n`: answers within n milliseconds.
CREATE TABLE traffic (
    minute TEXT NOT NULL,
    client TEXT NOT NULL,
    provider TEXT NOT NULL,
    service_code TEXT NOT NULL,
    method TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    verdict TEXT NOT NULL,
    status INTEGER NOT NULL,
    answers BIGINT NOT NULL,
    request_bytes BIGINT NOT NULL,
    answer_bytes BIGINT NOT NULL,
    duration_us BIGINT NOT NULL,
    provider_us BIGINT NOT NULL,
    duration_us_max BIGINT NOT NULL,
    le_1 BIGINT NOT NULL,
    le_2 BIGINT NOT NULL,
    le_5 BIGINT NOT NULL,
    le_10 BIGINT NOT NULL,
    le_20 BIGINT NOT NULL,
    le_50 BIGINT NOT NULL,
    le_100 BIGINT NOT NULL,
    le_200 BIGINT NOT NULL,
    le_500 BIGINT NOT NULL,
    le_1000 BIGINT NOT NULL,
    le_2000 BIGINT NOT NULL,
    le_5000 BIGINT NOT NULL,
    le_10000 BIGINT NOT NULL,
    slower BIGINT NOT NULL,
    PRIMARY KEY (minute, client, provider, service_code, method, endpoint, verdict, status)
);

CREATE TABLE traffic_counted (
    chain TEXT PRIMARY KEY,
    number BIGINT NOT NULL
);

-- How the machine did, by its own account.
CREATE TABLE environment_sample (
    node TEXT NOT NULL,
    at TEXT NOT NULL,
    sample {{json}} NOT NULL,
    PRIMARY KEY (node, at)
);
CREATE INDEX environment_sample_at ON environment_sample (at);

CREATE TABLE environment_package (
    node TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (node, name, version)
);
