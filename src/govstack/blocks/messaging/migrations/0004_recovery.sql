-- Until when the messages of a request are tried, where that is later than its day: only ever added.

CREATE TABLE request_extension (
    number {{serial}},
    request_id TEXT NOT NULL REFERENCES message_request (id),
    until TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('extended', 'resent')),
    at TEXT NOT NULL
);
CREATE INDEX request_extension_request ON request_extension (request_id, until);
