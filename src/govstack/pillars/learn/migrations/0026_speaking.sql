-- What earns a badge: a course that is completed, the certificate of an offering, or what a member does for a community.
-- `task` is the opportunity of the community that counts, '' for any; `times` is how often it has to be confirmed.
CREATE TABLE badge_source (
    kind TEXT NOT NULL CHECK (kind IN ('course', 'offering', 'community')),
    source_id TEXT NOT NULL,
    achievement_id TEXT NOT NULL,
    task TEXT NOT NULL DEFAULT '',
    times BIGINT NOT NULL DEFAULT 1 CHECK (times >= 1),
    created_at TEXT NOT NULL,
    PRIMARY KEY (kind, source_id, achievement_id)
);
INSERT INTO badge_source (kind, source_id, achievement_id, created_at)
SELECT 'course', course_id, achievement_id, created_at FROM course_badge;
DROP TABLE course_badge;

-- The version of material as its authors name it; '' while they name none.
ALTER TABLE material ADD COLUMN version TEXT NOT NULL DEFAULT '';
