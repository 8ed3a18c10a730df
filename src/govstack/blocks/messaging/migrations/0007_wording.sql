-- What senders say again and again: texts with fields, in several languages. A version is never changed.

CREATE TABLE wording_version (
    number {{serial}},
    sender_id TEXT NOT NULL REFERENCES sender (id),
    channel TEXT NOT NULL CHECK (channel IN ('email')),
    name TEXT NOT NULL CHECK (name <> ''),
    version INTEGER NOT NULL CHECK (version > 0),
    -- the language for those whose own is missing
    fallback TEXT NOT NULL,
    fields {{json}} NOT NULL,
    texts {{json}} NOT NULL,
    -- a version that takes the wording out of use
    retired BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (sender_id, channel, name, version)
);
