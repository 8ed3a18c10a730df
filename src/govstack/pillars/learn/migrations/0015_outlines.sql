-- Outlines of courses that were drafted from a specification. `lessons` are drafts until a person approves them.
CREATE TABLE outline (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'rejected')),
    lessons TEXT NOT NULL,
    course_id TEXT NOT NULL,
    made_by TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX outline_name ON outline (name, id);
