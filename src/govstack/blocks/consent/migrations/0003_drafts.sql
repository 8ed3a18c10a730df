-- Agreements, and next versions of agreements, that an organisation is still writing. What was published stays as an empty
-- row, so that who sends the last page twice is told the same.
CREATE TABLE agreement_draft (
    id TEXT PRIMARY KEY,
    agreement_id TEXT REFERENCES agreement (id),
    read_revision_id TEXT NOT NULL,
    content TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    state TEXT NOT NULL CHECK (state IN ('open', 'published', 'discarded')),
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    CHECK (state <> 'published' OR agreement_id IS NOT NULL)
);
CREATE INDEX agreement_draft_changed ON agreement_draft (changed_at, id) WHERE state = 'open';
-- One next version of an agreement at a time.
CREATE UNIQUE INDEX agreement_draft_open ON agreement_draft (agreement_id) WHERE state = 'open';
