-- Requests that were moved into files, and what may leave the tables for that.

CREATE TABLE archive (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    -- of every line of the file but the last, which signs it
    digest TEXT NOT NULL,
    file_bytes BIGINT NOT NULL,
    requests BIGINT NOT NULL CHECK (requests > 0),
    messages BIGINT NOT NULL CHECK (messages >= 0),
    first_received_at TEXT NOT NULL,
    last_received_at TEXT NOT NULL,
    made_at TEXT NOT NULL,
    restored_at TEXT
);

-- How many messages of a day and a sender came to which end: this stays when their rows have left.
CREATE TABLE archive_count (
    archive_id TEXT NOT NULL REFERENCES archive (id),
    day TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    status TEXT NOT NULL,
    messages BIGINT NOT NULL CHECK (messages > 0),
    PRIMARY KEY (archive_id, day, sender_id, status)
);

-- Requests, messages and answers whose rows stand in the file of an archive. They are here only within the transaction
-- that takes them away: the tables let nothing else go.
CREATE TABLE archive_release (
    id TEXT PRIMARY KEY,
    archive_id TEXT NOT NULL REFERENCES archive (id)
);

-- Requests that were brought back are not moved out again before this moment.
CREATE TABLE archive_pause (
    request_id TEXT PRIMARY KEY,
    until TEXT NOT NULL
);
