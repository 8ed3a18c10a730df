-- Each registry's index for text search: the fields it holds, and the number up to which records are in it. The trigger
-- of SQLite leaves later records to whoever fills it; until all are in, searches do without it.
CREATE TABLE record_text (
    registry_id BIGINT PRIMARY KEY,
    paths TEXT NOT NULL,
    filled BIGINT NOT NULL CHECK (filled >= 0)
);
