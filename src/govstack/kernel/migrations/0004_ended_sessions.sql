-- Sessions of people that ended before their time, by the session's own name, the provider's name of it, or its person.
CREATE TABLE ended_session (
    name TEXT PRIMARY KEY,
    -- Those that began up to this second are over.
    began_by BIGINT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX ended_session_at ON ended_session (at);
