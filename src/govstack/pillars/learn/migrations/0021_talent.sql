-- Who wants to be found as an expert, by their own choice. What the card says is sealed and goes with the person.
CREATE TABLE talent_card (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    card_sealed {{bytes}} NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
