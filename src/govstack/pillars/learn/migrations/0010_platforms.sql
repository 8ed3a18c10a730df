-- Tools of others that learners are sent to by LTI 1.3, and the links to what each offers.
CREATE TABLE lti_tool (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    card TEXT NOT NULL,
    retired_at TEXT,
    created_at TEXT NOT NULL
);

CREATE TABLE lti_link (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL REFERENCES lti_tool (id),
    card TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX lti_link_tool ON lti_link (tool_id);

-- A learner on the way to a tool; used once, within minutes.
CREATE TABLE lti_launch (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES lti_link (id),
    learner_id TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);
CREATE INDEX lti_launch_expires ON lti_launch (expires_at);

-- RSA keys, since LTI knows no others; the private half is sealed, the newest signs, older ones stay published a while.
CREATE TABLE lti_key (
    id TEXT PRIMARY KEY,
    public TEXT NOT NULL,
    private_sealed {{bytes}} NOT NULL,
    created_at TEXT NOT NULL
);
