-- What analysts had a registry do by itself (DRS-19). The person under whose rights it works is sealed, as are the
-- keys it signs with; the secret of its own address is kept as a digest. `position` and `row_number` say how far it
-- followed the change log, or how far its present sweep through all records came.
CREATE TABLE automation (
    id TEXT PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registry (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('timer', 'daily', 'change', 'webhook')),
    enabled BOOLEAN NOT NULL,
    paused_because TEXT NOT NULL DEFAULT '',
    owner {{bytes}} NOT NULL,
    owner_name TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    secret_digest TEXT NOT NULL DEFAULT '',
    signing_key {{bytes}},
    position BIGINT NOT NULL DEFAULT 0 CHECK (position >= 0),
    row_number BIGINT NOT NULL DEFAULT 0,
    sweep TEXT NOT NULL DEFAULT '',
    next_sweep TEXT NOT NULL DEFAULT '',
    next_run_at TEXT,
    last_run_at TEXT,
    last_outcome TEXT NOT NULL DEFAULT '',
    call_minute TEXT NOT NULL DEFAULT '',
    calls BIGINT NOT NULL DEFAULT 0,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    UNIQUE (registry_id, code)
);

-- One record that an automation is to handle on one occasion: a firing of the clock, a change, a call of its address.
-- The unique key is what makes it happen once, whatever process dies in between.
CREATE TABLE automation_item (
    id TEXT PRIMARY KEY,
    automation_id TEXT NOT NULL REFERENCES automation (id) ON DELETE CASCADE,
    occasion TEXT NOT NULL,
    record TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'done', 'skipped', 'failed', 'dead')),
    attempts BIGINT NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    chain TEXT NOT NULL DEFAULT '',
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (automation_id, occasion, record)
);
CREATE INDEX automation_item_due ON automation_item (automation_id, due_at) WHERE state IN ('waiting', 'working');
CREATE INDEX automation_item_state ON automation_item (automation_id, state, id);
CREATE INDEX automation_item_old ON automation_item (changed_at);
