-- Courses that run elsewhere and are launched from here (cmi5). `structure` holds blocks and units as JSON; a course that
-- is not open is for registered learners alone.
CREATE TABLE launch_course (
    id TEXT PRIMARY KEY,
    structure TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    created_at TEXT NOT NULL
);

-- A learner in a course; its id is the registration of every statement. `position` is how far statements were looked at.
CREATE TABLE launch_registration (
    id TEXT PRIMARY KEY,
    course_id TEXT NOT NULL REFERENCES launch_course (id),
    learner_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    satisfied_at TEXT,
    UNIQUE (course_id, learner_id)
);
CREATE INDEX launch_registration_learner ON launch_registration (learner_id);

-- What came of a unit, and of a block, which is satisfied when all in it is. The first moment counts and stays.
CREATE TABLE launch_progress (
    registration_id TEXT NOT NULL REFERENCES launch_registration (id) ON DELETE CASCADE,
    part_id TEXT NOT NULL,
    completed_at TEXT,
    passed_at TEXT,
    failed_at TEXT,
    waived_at TEXT,
    satisfied_at TEXT,
    PRIMARY KEY (registration_id, part_id)
);

-- One opening of a unit. The hash is that of the address from which the course fetches its credential, once.
CREATE TABLE launch_session (
    id TEXT PRIMARY KEY,
    registration_id TEXT NOT NULL REFERENCES launch_registration (id) ON DELETE CASCADE,
    unit_id TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('Normal', 'Browse', 'Review')),
    mastery_score DOUBLE PRECISION,
    fetch_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    fetched_at TEXT,
    initialized_at TEXT,
    ended_at TEXT,
    abandoned INTEGER NOT NULL CHECK (abandoned IN (0, 1))
);
CREATE INDEX launch_session_registration ON launch_session (registration_id, unit_id);
CREATE INDEX launch_session_open ON launch_session (expires_at) WHERE ended_at IS NULL;
