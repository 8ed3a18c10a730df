-- Who said that they come to an event, and whether they came. Erasing a person leaves the count.
CREATE TABLE gathering_attendant (
    id TEXT PRIMARY KEY,
    gathering_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT REFERENCES person (id),
    came INTEGER NOT NULL CHECK (came IN (0, 1)),
    at TEXT NOT NULL,
    UNIQUE (gathering_id, person_id)
);
CREATE INDEX gathering_attendant_person ON gathering_attendant (person_id);
