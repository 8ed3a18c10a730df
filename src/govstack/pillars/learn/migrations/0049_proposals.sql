-- What people propose for records that others keep, and what became of it. A claim names the topic that somebody wants
-- to take, once while it waits. Erasing the person takes away what waits, and their name from what was decided.
CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    about_id TEXT REFERENCES record (id),
    person_id TEXT REFERENCES person (id),
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    sources TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'declined')),
    reason TEXT NOT NULL,
    record_id TEXT REFERENCES record (id),
    decided_by TEXT NOT NULL,
    decided_at TEXT,
    CHECK ((subject = 'claim') = (about_id IS NOT NULL)),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK ((state = 'taken') = (record_id IS NOT NULL)),
    CHECK (state <> 'declined' OR reason <> '')
);
CREATE UNIQUE INDEX proposal_claim ON proposal (about_id, person_id) WHERE state = 'waiting' AND about_id IS NOT NULL;
CREATE INDEX proposal_waiting ON proposal (state, id);
CREATE INDEX proposal_person ON proposal (person_id, id);
