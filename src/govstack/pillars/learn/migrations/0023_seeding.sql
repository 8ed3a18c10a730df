-- What a sandbox has been filled with, so that a second start has nothing to do and what people changed stays.
CREATE TABLE learn_seeding (
    part TEXT PRIMARY KEY,
    finished_at TEXT NOT NULL
);
