-- Which revision of an event those who come were last told of, so that each change is told once.
CREATE TABLE gathering_told (
    gathering_id TEXT PRIMARY KEY REFERENCES record (id),
    number INTEGER NOT NULL
);
