-- The language that a record is written in, empty where nobody said.
ALTER TABLE record ADD COLUMN written_in TEXT NOT NULL DEFAULT '';

-- What a record says in another language: its sentences by field, as JSON. `of_number` is the revision that they say.
CREATE TABLE record_translation (
    record_id TEXT NOT NULL REFERENCES record (id),
    language TEXT NOT NULL,
    of_number BIGINT NOT NULL,
    texts TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (record_id, language)
);
