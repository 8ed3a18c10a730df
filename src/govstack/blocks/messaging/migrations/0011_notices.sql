-- Messages that people read here with their own sign-in, sealed, until they erase them or their days are over.

CREATE TABLE notice (
    number {{serial}},
    id TEXT NOT NULL UNIQUE,
    person_hash TEXT NOT NULL,
    sealed {{bytes}} NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX notice_person ON notice (person_hash, number);
CREATE INDEX notice_received ON notice (received_at);
