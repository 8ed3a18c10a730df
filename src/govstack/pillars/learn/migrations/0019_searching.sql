-- What can be found: a text of a record or edition as it was when it was last taken in. `words` is the text folded to plain
-- letters, to find words in.
CREATE TABLE search_document (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    audience TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX search_document_kind ON search_document (kind, audience, id);

-- Its sentences. `meaning` is 512 numbers of one byte each that say where a sentence lies among meanings; nothing until the
-- model was at work.
CREATE TABLE search_sentence (
    document_id TEXT NOT NULL REFERENCES search_document (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    meaning {{bytes}},
    PRIMARY KEY (document_id, position)
);

-- Since when somebody searches here: until then no model is loaded.
CREATE TABLE search_wanted (
    name TEXT PRIMARY KEY,
    since TEXT NOT NULL
);
