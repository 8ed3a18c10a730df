-- Statements of learning (xAPI 1.0.3), never changed. `position` is the moment of storing in microseconds, one for each
-- statement: the order of storing, and whoever asks for what came since a moment misses none. The body is sealed; what is
-- searched by stands beside it, people only as keyed fingerprints. `voids` is set on a statement that voids another,
-- `refers_to` on any that speaks about another.
CREATE TABLE statement (
    position BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    refers_to TEXT,
    voids TEXT,
    voided INTEGER NOT NULL CHECK (voided IN (0, 1)),
    body {{bytes}} NOT NULL
);
CREATE INDEX statement_refers ON statement (refers_to) WHERE refers_to IS NOT NULL;
CREATE INDEX statement_voids ON statement (voids) WHERE voids IS NOT NULL;

-- Writers queue here, so that positions are in the order of commits and nobody who reads on misses a statement.
CREATE TABLE statement_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL
);
INSERT INTO statement_head (id, position) VALUES (1, 0);

-- What a statement is found by. One that speaks about another is found by what that one is found by too: then `source`
-- is the other's position.
CREATE TABLE statement_fact (
    position BIGINT NOT NULL REFERENCES statement (position) ON DELETE CASCADE,
    source BIGINT NOT NULL,
    verb TEXT NOT NULL,
    activity TEXT,
    registration TEXT,
    actor TEXT NOT NULL,
    completed INTEGER NOT NULL CHECK (completed IN (0, 1)),
    PRIMARY KEY (position, source)
);
CREATE INDEX statement_fact_verb ON statement_fact (verb, position);
CREATE INDEX statement_fact_activity ON statement_fact (activity, position) WHERE activity IS NOT NULL;
CREATE INDEX statement_fact_registration ON statement_fact (registration, position) WHERE registration IS NOT NULL;
CREATE INDEX statement_fact_actor ON statement_fact (actor, position);

CREATE TABLE statement_agent (
    agent TEXT NOT NULL,
    position BIGINT NOT NULL REFERENCES statement (position) ON DELETE CASCADE,
    source BIGINT NOT NULL,
    related INTEGER NOT NULL CHECK (related IN (0, 1)),
    PRIMARY KEY (agent, position, source)
);
CREATE INDEX statement_agent_position ON statement_agent (position);

CREATE TABLE statement_activity (
    activity TEXT NOT NULL,
    position BIGINT NOT NULL REFERENCES statement (position) ON DELETE CASCADE,
    source BIGINT NOT NULL,
    PRIMARY KEY (activity, position, source)
);
CREATE INDEX statement_activity_position ON statement_activity (position);

-- What statements told of activities; later ones add to earlier ones.
CREATE TABLE activity_definition (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- What a launched course may write and read with, for a while, about one learner, activity and registration.
CREATE TABLE statement_grant (
    hash TEXT PRIMARY KEY,
    learner_id TEXT NOT NULL,
    activity TEXT NOT NULL,
    registration TEXT NOT NULL,
    session_id TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX statement_grant_expires ON statement_grant (expires_at);
CREATE INDEX statement_grant_learner ON statement_grant (learner_id);
CREATE INDEX statement_grant_session ON statement_grant (session_id);

-- Documents of courses: the state of one learner in one activity (also of one registration), a profile of an activity, a
-- profile of an agent. Places that a kind does not have are empty. Agents are keyed fingerprints; contents are sealed.
CREATE TABLE course_document (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('state', 'activity', 'agent')),
    activity TEXT NOT NULL,
    agent TEXT NOT NULL,
    registration TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    etag TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    UNIQUE (kind, activity, agent, registration, name)
);
CREATE INDEX course_document_agent ON course_document (agent);
