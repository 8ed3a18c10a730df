-- A look at what was reached before a badge was named: first all are counted who would get it, then an author lets it be
-- awarded. `place` is the last one who was looked at, empty before the first and at the end.
CREATE TABLE badge_look_back (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('course', 'offering', 'community')),
    source_id TEXT NOT NULL,
    achievement_id TEXT NOT NULL REFERENCES achievement (id),
    state TEXT NOT NULL CHECK (state IN ('counting', 'counted', 'awarding', 'done', 'stopped')),
    place TEXT NOT NULL,
    whole BIGINT NOT NULL,
    looked BIGINT NOT NULL,
    reached BIGINT NOT NULL,
    awarded BIGINT NOT NULL,
    started_at TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
-- Two authors who look back at the same at once share one look.
CREATE UNIQUE INDEX badge_look_back_open ON badge_look_back (kind, source_id, achievement_id)
WHERE state IN ('counting', 'counted', 'awarding');
