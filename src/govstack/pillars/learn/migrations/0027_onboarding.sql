-- Who wants to join a group of the tech community. What they wrote, and what they were answered, is sealed; erasing the
-- person takes the row away. Nobody waits twice for the same group.
CREATE TABLE group_application (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    country TEXT NOT NULL,
    letter_sealed {{bytes}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'invited', 'declined', 'withdrawn')),
    call_at TEXT,
    call_link TEXT NOT NULL,
    answer_sealed {{bytes}},
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE UNIQUE INDEX group_application_open ON group_application (community_id, person_id)
    WHERE state IN ('waiting', 'called');
CREATE INDEX group_application_listed ON group_application (community_id, state, id);
CREATE INDEX group_application_person ON group_application (person_id, id);

-- Where a group talks: lines that its members read, and whoever is invited.
CREATE TABLE group_channels (
    community_id TEXT PRIMARY KEY REFERENCES record (id),
    channels TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
