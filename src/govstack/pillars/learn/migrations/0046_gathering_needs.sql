-- What somebody needs in order to take part in an event, sealed, and whether it is arranged.
ALTER TABLE gathering_attendant ADD COLUMN needs_sealed {{bytes}};
ALTER TABLE gathering_attendant ADD COLUMN needs_met INTEGER NOT NULL DEFAULT 0 CHECK (needs_met IN (0, 1));
