-- What each reviewer said in a round: one voice each, with the conflict of interest that they declared first. Whoever
-- wrote a part of the deliverable has no voice; the round remembers who did.
CREATE TABLE review_voice (
    round_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    conflict TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('', 'approve', 'approve-with-changes', 'reject')),
    comment TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (round_id, person_id)
);
