-- Files that came with statements, sealed with their hash and type. A file that several statements of one request name is
-- kept once, and goes with the last of them.
CREATE TABLE attachment_content (
    id TEXT PRIMARY KEY,
    content {{bytes}} NOT NULL
);

CREATE TABLE statement_attachment (
    position BIGINT NOT NULL REFERENCES statement (position) ON DELETE CASCADE,
    content_id TEXT NOT NULL REFERENCES attachment_content (id),
    length BIGINT NOT NULL,
    PRIMARY KEY (position, content_id)
);
CREATE INDEX statement_attachment_content ON statement_attachment (content_id);
