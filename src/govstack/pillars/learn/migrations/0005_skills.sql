-- What people should be able to do, in levels that each framework orders in its own way. `content` is JSON.
CREATE TABLE competency_scale (
    id TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE TABLE competency_framework (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    content TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- Every revision as a whole, so that what was said when somebody was rated can be read again.
CREATE TABLE competency_framework_revision (
    framework_id TEXT NOT NULL REFERENCES competency_framework (id),
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (framework_id, revision)
);

-- One that a later revision leaves out is retired and stays, because ratings point at it.
CREATE TABLE competency (
    id TEXT PRIMARY KEY,
    framework_id TEXT NOT NULL REFERENCES competency_framework (id),
    place INTEGER NOT NULL,
    scale_id TEXT REFERENCES competency_scale (id),
    retired BOOLEAN NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX competency_of_framework ON competency (framework_id, place);

-- How competencies relate, across frameworks too; the other end may be an address in somebody else's vocabulary.
CREATE TABLE competency_relation (
    from_id TEXT NOT NULL REFERENCES competency (id),
    to_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (from_id, to_id, kind)
);
CREATE INDEX competency_relation_to ON competency_relation (to_id);

-- What a post asks for. Posts may name roles that have no row here.
CREATE TABLE role_profile (
    id TEXT PRIMARY KEY,
    category TEXT NOT NULL,
    criticality INTEGER NOT NULL CHECK (criticality BETWEEN 1 AND 5),
    content TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE TABLE role_requirement (
    profile_id TEXT NOT NULL REFERENCES role_profile (id),
    competency_id TEXT NOT NULL REFERENCES competency (id),
    scale_id TEXT NOT NULL REFERENCES competency_scale (id),
    level INTEGER NOT NULL CHECK (level >= 1),
    criticality INTEGER CHECK (criticality BETWEEN 1 AND 5),
    ours BOOLEAN NOT NULL,
    PRIMARY KEY (profile_id, competency_id)
);
CREATE INDEX role_requirement_competency ON role_requirement (competency_id);

-- What was said of whom, by whom and when. Rows are added, never changed; they go when the person is erased.
CREATE TABLE competency_rating (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    competency_id TEXT NOT NULL REFERENCES competency (id),
    scale_id TEXT NOT NULL REFERENCES competency_scale (id),
    level INTEGER NOT NULL CHECK (level >= 0),
    rater_type TEXT NOT NULL CHECK (rater_type IN ('self', 'manager', 'test', 'evidence', 'credential')),
    rater_id TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('low', 'medium', 'high')),
    source TEXT NOT NULL,
    rated_on TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX competency_rating_person ON competency_rating (person_id, competency_id);
CREATE INDEX competency_rating_competency ON competency_rating (competency_id);
