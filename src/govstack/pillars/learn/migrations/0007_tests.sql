-- Test items: what lists are narrowed by; the whole of each version stands below and is never changed.
CREATE TABLE test_item (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('choice', 'multiple', 'text', 'match', 'order')),
    competency_id TEXT NOT NULL,
    bloom TEXT NOT NULL CHECK (bloom IN ('knowledge', 'comprehension', 'application')),
    difficulty TEXT NOT NULL CHECK (difficulty IN ('easy', 'medium', 'hard')),
    anchor INTEGER NOT NULL CHECK (anchor IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('draft', 'ready', 'retired')),
    version INTEGER NOT NULL CHECK (version > 0),
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX test_item_competency ON test_item (competency_id, bloom, state, id);

CREATE TABLE test_item_version (
    item_id TEXT NOT NULL REFERENCES test_item (id),
    version INTEGER NOT NULL CHECK (version > 0),
    content TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (item_id, version)
);

-- A test is a blueprint with its rules; `content` holds them as JSON.
CREATE TABLE knowledge_test (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'after', 'closed')),
    content TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- The items of a form in their order, each in the version it had when the form was assembled. Once assembled a form stays.
CREATE TABLE test_form (
    test_id TEXT NOT NULL REFERENCES knowledge_test (id),
    part TEXT NOT NULL CHECK (part IN ('single', 'pre', 'post')),
    seed TEXT NOT NULL,
    items TEXT NOT NULL,
    assembled_at TEXT NOT NULL,
    PRIMARY KEY (test_id, part)
);

-- How much longer a person may take, in per cent.
CREATE TABLE test_time (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    extra_percent INTEGER NOT NULL CHECK (extra_percent BETWEEN 0 AND 300)
);

CREATE TABLE test_attempt (
    id TEXT PRIMARY KEY,
    test_id TEXT NOT NULL,
    part TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    number INTEGER NOT NULL CHECK (number > 0),
    started_at TEXT NOT NULL,
    deadline_at TEXT,
    submitted_at TEXT,
    percent DOUBLE PRECISION,
    on_paper INTEGER NOT NULL CHECK (on_paper IN (0, 1)),
    FOREIGN KEY (test_id, part) REFERENCES test_form (test_id, part),
    UNIQUE (test_id, part, person_id, number)
);
CREATE UNIQUE INDEX test_attempt_open ON test_attempt (test_id, part, person_id) WHERE submitted_at IS NULL;
CREATE INDEX test_attempt_person ON test_attempt (person_id, started_at);
CREATE INDEX test_attempt_due ON test_attempt (deadline_at) WHERE submitted_at IS NULL;

-- Every answer that was given, in turn; the last one to a question counts.
CREATE TABLE test_answer (
    attempt_id TEXT NOT NULL REFERENCES test_attempt (id),
    position INTEGER NOT NULL CHECK (position > 0),
    turn INTEGER NOT NULL CHECK (turn > 0),
    answer TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (attempt_id, position, turn)
);

-- What the answers of a submitted attempt were worth; `chosen` names options, never what somebody wrote.
CREATE TABLE test_result (
    attempt_id TEXT NOT NULL REFERENCES test_attempt (id),
    position INTEGER NOT NULL CHECK (position > 0),
    worth DOUBLE PRECISION NOT NULL CHECK (worth BETWEEN 0 AND 1),
    chosen TEXT NOT NULL,
    PRIMARY KEY (attempt_id, position)
);

-- What could not be taken in from a QTI package, kept whole so that nothing is lost.
CREATE TABLE qti_kept (
    id TEXT PRIMARY KEY,
    package TEXT NOT NULL,
    file_name TEXT NOT NULL,
    identifier TEXT NOT NULL,
    reason TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    kept_at TEXT NOT NULL
);
CREATE INDEX qti_kept_at ON qti_kept (kept_at, id);
