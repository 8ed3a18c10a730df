-- What people say of themselves so that figures can be split: each answer sealed, in a row of its own, so that what a
-- country keeps no longer can be let go. `at` is when it was said last.
CREATE TABLE self_description (
    person_id TEXT NOT NULL REFERENCES person (id),
    dimension TEXT NOT NULL,
    value_sealed {{bytes}} NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, dimension)
);
CREATE INDEX self_description_at ON self_description (at);
