-- Which trainers agreed that pages for everybody name them; whoever is not here is named nowhere.
CREATE TABLE trainer_named (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    at TEXT NOT NULL
);
