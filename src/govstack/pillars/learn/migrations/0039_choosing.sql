-- Somebody who writes courses is in a tool to choose content. The value that the tool hands back is kept as its hash;
-- once the tool has answered, `page` is the address at which whoever asked decides, and `found` is what was chosen.
CREATE TABLE lti_choice (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL REFERENCES lti_tool (id),
    person_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    course_id TEXT NOT NULL,
    language TEXT NOT NULL,
    data_hash TEXT UNIQUE,
    page TEXT UNIQUE,
    found TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX lti_choice_expires ON lti_choice (expires_at);
CREATE INDEX lti_choice_person ON lti_choice (person_id);

-- What tools made their messages unlike others with, as a hash, for as long as the message would count.
CREATE TABLE lti_nonce (
    hash TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
);
CREATE INDEX lti_nonce_expires ON lti_nonce (expires_at);
