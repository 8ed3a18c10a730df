-- By which name each tool knows a learner: another one for each tool, so that no two tools can compare.
CREATE TABLE lti_subject (
    tool_id TEXT NOT NULL REFERENCES lti_tool (id),
    learner_id TEXT NOT NULL,
    subject TEXT NOT NULL UNIQUE,
    PRIMARY KEY (tool_id, learner_id)
);
CREATE INDEX lti_subject_learner ON lti_subject (learner_id);

-- What tools may call with, as its hash alone, and the proofs that were used for it, so that each counts once.
CREATE TABLE lti_token (
    hash TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL REFERENCES lti_tool (id),
    scopes TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX lti_token_expires ON lti_token (expires_at);

CREATE TABLE lti_proof (
    hash TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
);
CREATE INDEX lti_proof_expires ON lti_proof (expires_at);

-- What is graded: a link, whose line has its id and is `coupled`, or what a tool adds. Texts are empty where none is told.
CREATE TABLE lti_line (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL REFERENCES lti_tool (id),
    link_id TEXT NOT NULL,
    coupled INTEGER NOT NULL CHECK (coupled IN (0, 1)),
    label TEXT NOT NULL,
    maximum DOUBLE PRECISION NOT NULL CHECK (maximum > 0),
    pass_percent INTEGER NOT NULL CHECK (pass_percent BETWEEN 0 AND 100),
    resource_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL
);
CREATE INDEX lti_line_tool ON lti_line (tool_id, id);
CREATE INDEX lti_line_link ON lti_line (link_id);

-- The newest score of each learner; `scored_at` is the moment that the tool says, and an older one changes nothing.
CREATE TABLE lti_score (
    line_id TEXT NOT NULL REFERENCES lti_line (id) ON DELETE CASCADE,
    learner_id TEXT NOT NULL,
    given DOUBLE PRECISION,
    maximum DOUBLE PRECISION,
    activity TEXT NOT NULL CHECK (activity IN ('Initialized', 'Started', 'InProgress', 'Submitted', 'Completed')),
    grading TEXT NOT NULL CHECK (grading IN ('FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady')),
    comment_sealed {{bytes}},
    print TEXT NOT NULL,
    scored_at TEXT NOT NULL,
    PRIMARY KEY (line_id, learner_id)
);
CREATE INDEX lti_score_learner ON lti_score (learner_id);
