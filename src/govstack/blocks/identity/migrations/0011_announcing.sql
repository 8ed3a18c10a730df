-- Which happenings a partner is told of.
CREATE TABLE subscription (
    partner_id TEXT PRIMARY KEY REFERENCES partner (id) ON DELETE CASCADE,
    types {{json}} NOT NULL,
    modified_at TEXT NOT NULL
);

-- What happened to an identity, once for each subscriber; a notice names it, and its subscriber reads it here.
CREATE TABLE announcement (
    id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    happening TEXT NOT NULL CHECK (happening IN ('created', 'changed', 'disabled')),
    at TEXT NOT NULL,
    UNIQUE (event_id, partner_id)
);
CREATE INDEX announcement_at ON announcement (at);
CREATE INDEX announcement_person ON announcement (person_id);
