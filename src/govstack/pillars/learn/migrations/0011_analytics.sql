-- Who did something in which activity, counted from statements as they come; people as keyed fingerprints. `position`
-- says up to which statement was counted.
CREATE TABLE learning_tally (
    actor TEXT NOT NULL,
    activity TEXT NOT NULL,
    first_position BIGINT NOT NULL,
    last_position BIGINT NOT NULL,
    statements BIGINT NOT NULL,
    completed_position BIGINT,
    PRIMARY KEY (actor, activity)
);
CREATE INDEX learning_tally_last ON learning_tally (last_position);

CREATE TABLE learning_tally_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL
);
INSERT INTO learning_tally_head (id, position) VALUES (1, 0);

-- Learners who let their manager see how far they are.
CREATE TABLE learning_sharing (
    learner_id TEXT PRIMARY KEY,
    since TEXT NOT NULL
);

-- Figures as they were at a moment; the newest are shown.
CREATE TABLE learning_figures (
    id TEXT PRIMARY KEY,
    taken_at TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX learning_figures_taken ON learning_figures (taken_at);
