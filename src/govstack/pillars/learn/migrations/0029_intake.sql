-- Files of rows are taken in by one room, whatever their rows become: what campaigns had alone before.
CREATE TABLE intake (
    id TEXT PRIMARY KEY,
    room TEXT NOT NULL,
    about TEXT NOT NULL,
    scope TEXT NOT NULL,
    check_only BOOLEAN NOT NULL,
    actor TEXT NOT NULL,
    caller_sealed {{bytes}} NOT NULL,
    format TEXT NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reading', 'done', 'failed', 'cancelled')),
    fault TEXT NOT NULL,
    reached BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    added BIGINT NOT NULL,
    known BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX intake_about ON intake (room, about, created_at);

CREATE TABLE intake_piece (
    intake_id TEXT NOT NULL REFERENCES intake (id),
    number BIGINT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (intake_id, number)
);

CREATE TABLE intake_refusal (
    intake_id TEXT NOT NULL REFERENCES intake (id),
    number BIGINT NOT NULL,
    words_sealed {{bytes}} NOT NULL,
    PRIMARY KEY (intake_id, number)
);

INSERT INTO intake (id, room, about, scope, check_only, actor, caller_sealed, format, size, state, fault, reached,
    rows_read, added, known, refused, created_at)
SELECT id, 'answers', campaign_id, 'learn:plan', FALSE, actor, caller_sealed, format, size, state, fault, 0, rows_read,
    added, known, refused, created_at
FROM upload;
INSERT INTO intake_piece (intake_id, number, content) SELECT upload_id, number, content FROM upload_piece;
INSERT INTO intake_refusal (intake_id, number, words_sealed)
SELECT upload_id, number, words_sealed FROM upload_refusal;

DROP TABLE upload_refusal;
DROP TABLE upload_piece;
DROP TABLE upload;
