-- Courses. Each version holds what the course says of itself and its pages as JSON; what is published is never written over.
CREATE TABLE course (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'review', 'published', 'withdrawn')),
    stage TEXT NOT NULL CHECK (stage IN ('analysis', 'design', 'development', 'implementation', 'evaluation')),
    draft_version BIGINT NOT NULL,
    published_version BIGINT NOT NULL,
    outline_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX course_published ON course (published_version, id);

CREATE TABLE course_version (
    course_id TEXT NOT NULL REFERENCES course (id),
    version BIGINT NOT NULL,
    sheet TEXT NOT NULL,
    pages TEXT NOT NULL,
    editors TEXT NOT NULL,
    readability TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    PRIMARY KEY (course_id, version)
);

-- What each state of a course has brought forth.
CREATE TABLE course_artefact (
    id TEXT PRIMARY KEY,
    course_id TEXT NOT NULL REFERENCES course (id),
    stage TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX course_artefact_course ON course_artefact (course_id, stage);

-- The quality checklist, `texts` by language; a country changes it.
CREATE TABLE quality_item (
    id TEXT PRIMARY KEY,
    place BIGINT NOT NULL,
    texts TEXT NOT NULL,
    source TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1))
);

CREATE TABLE course_check (
    course_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    item_id TEXT NOT NULL REFERENCES quality_item (id),
    note TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    PRIMARY KEY (course_id, version, item_id)
);

CREATE TABLE course_review (
    id TEXT PRIMARY KEY,
    course_id TEXT NOT NULL REFERENCES course (id),
    version BIGINT NOT NULL,
    reviewer TEXT NOT NULL,
    approved BIGINT NOT NULL CHECK (approved IN (0, 1)),
    words TEXT NOT NULL,
    reviewed_at TEXT NOT NULL
);
CREATE INDEX course_review_course ON course_review (course_id, reviewed_at);

-- Where learners are: each stays with the version they began.
CREATE TABLE course_start (
    course_id TEXT NOT NULL REFERENCES course (id),
    learner_id TEXT NOT NULL REFERENCES person (id),
    version BIGINT NOT NULL,
    last_page TEXT NOT NULL,
    started_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    completed_at TEXT NOT NULL,
    PRIMARY KEY (course_id, learner_id)
);
CREATE INDEX course_start_learner ON course_start (learner_id, started_at);

CREATE TABLE course_done (
    course_id TEXT NOT NULL,
    learner_id TEXT NOT NULL,
    page_id TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (course_id, learner_id, page_id)
);

CREATE TABLE course_handin (
    id TEXT PRIMARY KEY,
    course_id TEXT NOT NULL REFERENCES course (id),
    learner_id TEXT NOT NULL REFERENCES person (id),
    page_id TEXT NOT NULL,
    sealed {{bytes}},
    state TEXT NOT NULL CHECK (state IN ('handed', 'accepted', 'returned')),
    remark_sealed {{bytes}},
    handed_at TEXT NOT NULL,
    reviewed_by TEXT NOT NULL,
    reviewed_at TEXT NOT NULL
);
CREATE INDEX course_handin_course ON course_handin (course_id, state, handed_at);
CREATE INDEX course_handin_learner ON course_handin (learner_id, course_id, page_id);
