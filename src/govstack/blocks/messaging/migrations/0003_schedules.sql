-- Requests that are sent later, once or again and again. The row of a schedule moves on; its turns are only ever added.

CREATE TABLE schedule (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    sender_id TEXT NOT NULL REFERENCES sender (id),
    mhash TEXT NOT NULL,
    every TEXT NOT NULL CHECK (every IN ('once', 'day', 'week', 'month')),
    -- a day and a time of day as a clock on a wall of the zone shows them
    first_at TEXT NOT NULL,
    zone TEXT NOT NULL,
    last_day TEXT NOT NULL,
    times INTEGER NOT NULL CHECK (times > 0),
    messages BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'finished', 'cancelled')),
    turn INTEGER NOT NULL CHECK (turn >= 0),
    next_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX schedule_sender ON schedule (sender_id, number);
CREATE UNIQUE INDEX schedule_same ON schedule (mhash) WHERE state = 'active';

-- What a schedule sends and to whom, sealed; key and seal lie apart, and both go when it has come to its end.
CREATE TABLE schedule_secret (
    id TEXT PRIMARY KEY,
    sealed_key {{bytes}} NOT NULL
);
CREATE TABLE schedule_content (
    id TEXT PRIMARY KEY,
    sealed {{bytes}} NOT NULL
);

-- The key lets a turn be taken once, whoever comes to it.
CREATE TABLE schedule_turn (
    schedule_id TEXT NOT NULL REFERENCES schedule (id),
    turn INTEGER NOT NULL CHECK (turn >= 0),
    due_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'missed', 'refused')),
    request_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (schedule_id, turn)
);
