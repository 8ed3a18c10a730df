-- How many seats an event has and for whom some are kept. The row is locked by whoever comes or leaves, so that seats are
-- counted by one at a time; without a number all who come have one. What quotas ask for is known of those who come, and
-- goes with them.
CREATE TABLE gathering_seating (
    gathering_id TEXT PRIMARY KEY REFERENCES record (id),
    seats BIGINT CHECK (seats >= 1),
    quotas TEXT NOT NULL
);
ALTER TABLE gathering_attendant ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting IN (0, 1));
ALTER TABLE gathering_attendant ADD COLUMN ministry_id TEXT NOT NULL DEFAULT '';
ALTER TABLE gathering_attendant ADD COLUMN gender TEXT NOT NULL DEFAULT 'unstated';
