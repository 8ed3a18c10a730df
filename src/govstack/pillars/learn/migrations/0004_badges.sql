-- What a badge stands for. Names, descriptions and criteria hold a text in each language as JSON. `awarder` is the scope
-- without its package; `score_percent` and `attendance_percent` count for those that a rule awards.
CREATE TABLE achievement (
    id TEXT PRIMARY KEY,
    names TEXT NOT NULL,
    descriptions TEXT NOT NULL,
    criteria TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('competency', 'course', 'certificate', 'contribution')),
    framework TEXT NOT NULL,
    competency_code TEXT NOT NULL,
    competency_name TEXT NOT NULL,
    competency_url TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 20),
    valid_months INTEGER NOT NULL CHECK (valid_months BETWEEN 0 AND 240),
    awarding TEXT NOT NULL CHECK (awarding IN ('hand', 'rule')),
    score_percent INTEGER NOT NULL CHECK (score_percent BETWEEN 0 AND 100),
    attendance_percent INTEGER NOT NULL CHECK (attendance_percent BETWEEN 0 AND 100),
    awarder TEXT NOT NULL CHECK (awarder IN ('teach', 'plan', 'facilitate', 'administer')),
    colour TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at TEXT NOT NULL
);

-- A badge of a person. What tells who it is of and why, and the signed credential, are sealed; erasing the person takes
-- both away and leaves the place in the list, which says revoked from then on. `code` is the address of its check.
CREATE TABLE badge (
    id TEXT PRIMARY KEY,
    achievement_id TEXT NOT NULL REFERENCES achievement (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'issued', 'suspended', 'revoked', 'expired')),
    earned_by TEXT NOT NULL,
    content_sealed {{bytes}},
    token_sealed {{bytes}},
    code TEXT NOT NULL UNIQUE,
    published_at TEXT,
    list_number INTEGER NOT NULL,
    list_index INTEGER NOT NULL,
    awarded_by TEXT NOT NULL,
    issued_at TEXT,
    expires_at TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (list_number, list_index),
    UNIQUE (achievement_id, person_id, earned_by)
);
CREATE INDEX badge_person ON badge (person_id, id);
CREATE INDEX badge_state ON badge (state, expires_at);
-- Two people who award the same badge to somebody at once: one of them is told that it is held.
CREATE UNIQUE INDEX badge_held ON badge (achievement_id, person_id) WHERE state IN ('draft', 'issued', 'suspended');

-- What became of a badge: append-only.
CREATE TABLE badge_change (
    badge_id TEXT NOT NULL REFERENCES badge (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (badge_id, number)
);

-- A certificate that somebody earned elsewhere, as they say, and what a reviewer found.
CREATE TABLE external_certificate (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    scheme TEXT NOT NULL CHECK (scheme IN ('ITIL', 'PRINCE2', 'COBIT', 'TOGAF', 'other')),
    state TEXT NOT NULL CHECK (state IN ('declared', 'verified', 'refused')),
    content_sealed {{bytes}} NOT NULL,
    evidence_sealed {{bytes}},
    evidence_type TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    reviewed_by TEXT NOT NULL,
    reviewed_at TEXT,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX external_certificate_person ON external_certificate (person_id, id);
CREATE INDEX external_certificate_state ON external_certificate (state, id);
