-- Rooms that distribute events: what may be said in them, who takes part, what was said, and how it was delivered.

CREATE TABLE room (
    id TEXT PRIMARY KEY,
    application_id TEXT NOT NULL UNIQUE REFERENCES application (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    registered_at TEXT NOT NULL
);

-- The schema is kept as its author wrote it; it never changes, so what was checked against it stays explained by it.
CREATE TABLE event_type (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES room (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    schema_text TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (room_id, name)
);

-- An empty event type stands for every type of the room, also those that come later.
CREATE TABLE room_right (
    room_id TEXT NOT NULL REFERENCES room (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    act TEXT NOT NULL CHECK (act IN ('publish', 'subscribe')),
    event_type TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    PRIMARY KEY (room_id, application_id, act, event_type)
);
CREATE INDEX room_right_application ON room_right (application_id);

-- Without retry_attempts the settings of the mediator decide how often and how soon a push is tried again.
CREATE TABLE subscription (
    id TEXT PRIMARY KEY,
    event_type_id TEXT NOT NULL REFERENCES event_type (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    mode TEXT NOT NULL CHECK (mode IN ('PUSH', 'PULL')),
    ttl_seconds INTEGER NOT NULL CHECK (ttl_seconds > 0),
    fifo BOOLEAN NOT NULL,
    service_code TEXT NOT NULL,
    path TEXT NOT NULL,
    retry_attempts INTEGER CHECK (retry_attempts > 0),
    retry_first_seconds DOUBLE PRECISION CHECK (retry_first_seconds > 0),
    retry_factor DOUBLE PRECISION CHECK (retry_factor >= 1),
    retry_longest_seconds DOUBLE PRECISION CHECK (retry_longest_seconds > 0),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (event_type_id, application_id)
);
CREATE INDEX subscription_application ON subscription (application_id);

-- The last number given out for each key. Changing the row first lets one event of a key be accepted at a time.
CREATE TABLE event_sequence (
    event_type_id TEXT NOT NULL REFERENCES event_type (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (event_type_id, key)
);

-- The log of what was received, without its content (I26); it outlives rooms, types and subscriptions.
CREATE TABLE event (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL,
    event_type TEXT NOT NULL,
    publisher TEXT NOT NULL,
    request_key TEXT,
    digest TEXT NOT NULL,
    key TEXT NOT NULL,
    sequence BIGINT NOT NULL CHECK (sequence > 0),
    payload_bytes BIGINT NOT NULL,
    received_at TEXT NOT NULL,
    stopped_by TEXT NOT NULL,
    stopped_at TEXT NOT NULL,
    correlation_id TEXT NOT NULL
);
CREATE UNIQUE INDEX event_request_key ON event (room, publisher, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX event_room ON event (room, number);
CREATE INDEX event_received ON event (received_at);

-- What was said, for as long as somebody may still get it.
CREATE TABLE event_payload (
    event_number BIGINT PRIMARY KEY REFERENCES event (number) ON DELETE CASCADE,
    content TEXT NOT NULL,
    kept_until TEXT NOT NULL
);
CREATE INDEX event_payload_end ON event_payload (kept_until);

-- One row for each event and subscriber: the waiting ones of a subscription are its queue.
CREATE TABLE delivery (
    number {{serial}},
    event_number BIGINT NOT NULL REFERENCES event (number) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL,
    room TEXT NOT NULL,
    event_type TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead', 'expired', 'dropped', 'stopped')),
    attempts INTEGER NOT NULL,
    -- attempts made before it was last put back into the queue
    attempts_before INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    worker TEXT,
    leased_until TEXT,
    finished_at TEXT,
    reason TEXT NOT NULL,
    UNIQUE (event_number, subscription_id),
    CHECK ((state = 'waiting') = (finished_at IS NULL)),
    CHECK (leased_until IS NULL OR state = 'waiting')
);
CREATE INDEX delivery_due ON delivery (subscription_id, due_at, number) WHERE state = 'waiting';
CREATE INDEX delivery_turn ON delivery (subscription_id, number) WHERE state = 'waiting';
CREATE INDEX delivery_key ON delivery (subscription_id, key, number) WHERE state = 'waiting';
CREATE INDEX delivery_end ON delivery (expires_at) WHERE state = 'waiting';
CREATE INDEX delivery_room ON delivery (room, number);
CREATE INDEX delivery_dead ON delivery (room, number) WHERE state = 'dead';

-- Every attempt to deliver (I27). A pull is an attempt too; `status` 0 means that no answer came.
CREATE TABLE delivery_attempt (
    delivery_number BIGINT NOT NULL REFERENCES delivery (number) ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    at TEXT NOT NULL,
    duration_us BIGINT NOT NULL,
    status INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'handed-out', 'failed')),
    reason TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (delivery_number, attempt)
);
