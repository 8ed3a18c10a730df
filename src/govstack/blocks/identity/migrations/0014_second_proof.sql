-- By which methods somebody has proven to be there, where a first proof was not enough; empty before.
ALTER TABLE named_person ADD COLUMN methods TEXT NOT NULL DEFAULT '';
