-- Durable work, written in the transaction of the use case that asks for it.
CREATE TABLE job (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- blocked: due, but an earlier job of its lane is unfinished
    state TEXT NOT NULL CHECK (state IN ('waiting', 'blocked', 'running', 'done', 'dead')),
    due_at TEXT NOT NULL,
    key TEXT,
    lane TEXT,
    attempt INTEGER NOT NULL,
    enqueued_at TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    runner TEXT,
    leased_until TEXT,
    finished_at TEXT,
    error TEXT,
    CHECK ((state = 'running') = (leased_until IS NOT NULL)),
    CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX job_key ON job (kind, key) WHERE finished_at IS NULL;
CREATE INDEX job_due ON job (due_at, number) WHERE state = 'waiting';
CREATE INDEX job_lane ON job (lane, number) WHERE finished_at IS NULL;
CREATE INDEX job_lane_running ON job (lane) WHERE state = 'running';
CREATE INDEX job_lease ON job (leased_until) WHERE state = 'running';
CREATE INDEX job_done ON job (finished_at) WHERE state = 'done';
CREATE INDEX job_dead ON job (number) WHERE state = 'dead';

-- The last slot in which a repeated job was asked for, by whichever process came first.
CREATE TABLE job_schedule (
    kind TEXT PRIMARY KEY,
    slot BIGINT NOT NULL
);

-- Events that were taken in, so that a second delivery changes nothing.
CREATE TABLE event_inbox (
    event_id TEXT PRIMARY KEY,
    received_at TEXT NOT NULL
);
CREATE INDEX event_inbox_received ON event_inbox (received_at);
