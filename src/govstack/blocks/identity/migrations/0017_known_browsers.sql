-- Browsers, as keyed hashes, in which a person has proven who they are: their codes and tries are counted apart, so that
-- strangers who know an identifier cannot use them up.
CREATE TABLE known_browser (
    person_id TEXT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, name)
);
CREATE INDEX known_browser_at ON known_browser (at);

-- Where a code was asked for, and whether the person was known there; empty where nobody can tell.
ALTER TABLE code_sending ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE code_sending ADD COLUMN known BOOLEAN NOT NULL DEFAULT FALSE;
