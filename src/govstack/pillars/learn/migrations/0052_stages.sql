-- What each state of instructional design has brought forth, of courses and now of material too. Material that is there
-- already can be used, so it stands at its implementation.
CREATE TABLE artefact (
    id TEXT PRIMARY KEY,
    of_kind TEXT NOT NULL CHECK (of_kind IN ('course', 'material')),
    of_id TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('analysis', 'design', 'development', 'implementation', 'evaluation')),
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX artefact_of ON artefact (of_kind, of_id, made_at);
INSERT INTO artefact (id, of_kind, of_id, stage, title, words, made_by, made_at)
SELECT id, 'course', course_id, stage, title, words, made_by, made_at FROM course_artefact;
DROP TABLE course_artefact;
ALTER TABLE material ADD COLUMN stage TEXT NOT NULL DEFAULT 'implementation'
    CHECK (stage IN ('analysis', 'design', 'development', 'implementation', 'evaluation'));
