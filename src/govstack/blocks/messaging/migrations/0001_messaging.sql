-- Who may send, and in whose name. A key is kept as a keyed hash alone.

CREATE TABLE sender (
    id TEXT PRIMARY KEY,
    organisation_name TEXT NOT NULL CHECK (organisation_name <> ''),
    organisation_reg_nr TEXT NOT NULL,
    on_behalf_of_name TEXT NOT NULL,
    on_behalf_of_reg_nr TEXT NOT NULL,
    email TEXT NOT NULL CHECK (email <> ''),
    reply_to TEXT NOT NULL,
    name TEXT NOT NULL,
    -- the application of the mediator that may send without a key, or empty
    application TEXT NOT NULL,
    -- one a line, exact or as *.suffix
    callback_hosts TEXT NOT NULL,
    per_second INTEGER NOT NULL CHECK (per_second > 0),
    daily_quota INTEGER NOT NULL CHECK (daily_quota > 0),
    batch_recipients_max INTEGER NOT NULL CHECK (batch_recipients_max > 0),
    retry_first_seconds DOUBLE PRECISION NOT NULL CHECK (retry_first_seconds > 0),
    retry_factor DOUBLE PRECISION NOT NULL CHECK (retry_factor >= 1),
    retry_longest_seconds DOUBLE PRECISION NOT NULL CHECK (retry_longest_seconds > 0),
    urgent BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'closed')),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE UNIQUE INDEX sender_application ON sender (application) WHERE application <> '' AND state = 'active';

CREATE TABLE sender_key (
    id TEXT PRIMARY KEY,
    sender_id TEXT NOT NULL REFERENCES sender (id),
    hash TEXT NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE INDEX sender_key_sender ON sender_key (sender_id, id);

-- How far a sender's turn has moved, and what it sent today. Changing the row first lets one request of a sender be
-- accepted at a time.
CREATE TABLE sender_pace (
    sender_id TEXT PRIMARY KEY REFERENCES sender (id),
    slot_at TEXT NOT NULL,
    used INTEGER NOT NULL,
    day TEXT NOT NULL,
    day_messages BIGINT NOT NULL
);

-- The same request within a day is answered with the first one's id; the key makes one of two that come at once.
CREATE TABLE recent_request (
    mhash TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    until TEXT NOT NULL
);
CREATE INDEX recent_request_until ON recent_request (until);

-- From here on only inserted into, but for the two tables that hold what can be read.

CREATE TABLE message_request (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    sender_id TEXT NOT NULL REFERENCES sender (id),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'batch')),
    urgent BOOLEAN NOT NULL,
    mhash TEXT NOT NULL,
    messages BIGINT NOT NULL CHECK (messages >= 0),
    content_bytes BIGINT NOT NULL,
    callback {{bytes}},
    received_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    correlation_id TEXT NOT NULL
);
CREATE INDEX message_request_sender ON message_request (sender_id, number);

CREATE TABLE message (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    request_id TEXT NOT NULL REFERENCES message_request (id),
    channel TEXT NOT NULL,
    recipient_hash TEXT NOT NULL,
    due_at TEXT NOT NULL
);
CREATE INDEX message_of_request ON message (request_id, number);

-- The latest event of a message is its state. Two workers cannot both write the next one.
CREATE TABLE message_event (
    number {{serial}},
    message_id TEXT NOT NULL REFERENCES message (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    state TEXT NOT NULL CHECK (state IN ('pending', 'queued', 'sent', 'delivered', 'errored', 'failed')),
    reason TEXT NOT NULL,
    provider TEXT NOT NULL,
    response_code INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (message_id, sequence)
);
CREATE INDEX message_event_at ON message_event (at);

-- Messages that were counted elsewhere: of such a request nothing but the numbers is known.
CREATE TABLE request_tally (
    request_id TEXT NOT NULL REFERENCES message_request (id),
    status TEXT NOT NULL,
    messages BIGINT NOT NULL CHECK (messages >= 0),
    PRIMARY KEY (request_id, status)
);

-- What can be read, sealed: a recipient by its message, the letter by its request. Key and seal lie apart, and both go
-- when the message, or the last of the request, has come to its end.
CREATE TABLE message_secret (
    id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    sealed_key {{bytes}} NOT NULL
);
CREATE INDEX message_secret_request ON message_secret (request_id);
CREATE TABLE message_content (
    id TEXT PRIMARY KEY,
    sealed {{bytes}} NOT NULL
);

-- Answers of people for the sender of a message. The content is there until it was passed on.
CREATE TABLE reply (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    request_id TEXT NOT NULL REFERENCES message_request (id),
    digest TEXT NOT NULL,
    content_bytes BIGINT NOT NULL,
    received_at TEXT NOT NULL,
    UNIQUE (request_id, digest)
);
CREATE TABLE reply_content (
    id TEXT PRIMARY KEY,
    sealed {{bytes}} NOT NULL
);
CREATE TABLE reply_event (
    number {{serial}},
    reply_id TEXT NOT NULL REFERENCES reply (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'deferred', 'forwarded', 'dropped')),
    response_code INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (reply_id, sequence)
);

-- What people of a sandbox received, sealed, for a day.
CREATE TABLE inbox_mail (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    sealed {{bytes}} NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX inbox_mail_received ON inbox_mail (received_at);
