-- The next version of an instrument while it is written by hand. `document` has the shape of an instrument but need not be
-- complete; `revision` counts its changes, so that nobody overwrites what somebody else did in the same moment.
CREATE TABLE instrument_draft (
    instrument_id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    revision BIGINT NOT NULL CHECK (revision > 0),
    based_on BIGINT NOT NULL CHECK (based_on >= 0),
    changed_at TEXT NOT NULL
);
CREATE INDEX instrument_draft_changed ON instrument_draft (changed_at, instrument_id);
