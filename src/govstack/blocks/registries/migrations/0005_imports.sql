-- Files of records on their way in (DRS-24). What was sent is sealed and kept only until it is loaded, or for a day.
-- `run` names who is at work: a second process that takes the same work over makes the first one stop.
CREATE TABLE record_import (
    id TEXT PRIMARY KEY,
    registry_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    version TEXT NOT NULL,
    actor TEXT NOT NULL,
    caller {{bytes}} NOT NULL,
    format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx', 'json')),
    state TEXT NOT NULL CHECK (
        state IN ('receiving', 'reading', 'ready', 'loading', 'done', 'refused', 'failed', 'cancelled')
    ),
    mode TEXT NOT NULL CHECK (mode IN ('', 'all', 'good')),
    run TEXT NOT NULL,
    column_names TEXT NOT NULL,
    matching TEXT NOT NULL,
    byte_count BIGINT NOT NULL CHECK (byte_count >= 0),
    row_count BIGINT NOT NULL CHECK (row_count >= 0),
    reached BIGINT NOT NULL CHECK (reached >= 0),
    accepted BIGINT NOT NULL CHECK (accepted >= 0 AND accepted <= row_count),
    refused BIGINT NOT NULL CHECK (refused >= 0 AND refused <= row_count),
    fault TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX record_import_actor ON record_import (actor, registry_id, created_at);
CREATE INDEX record_import_created ON record_import (created_at);

CREATE TABLE record_import_piece (
    import_id TEXT NOT NULL REFERENCES record_import (id),
    number BIGINT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (import_id, number)
);

CREATE TABLE record_import_part (
    import_id TEXT NOT NULL REFERENCES record_import (id),
    first_place BIGINT NOT NULL,
    last_place BIGINT NOT NULL CHECK (last_place >= first_place),
    content {{bytes}} NOT NULL,
    PRIMARY KEY (import_id, first_place)
);

-- Rows that were not taken, with what is wrong and what they held, so that they can be put right and sent again.
CREATE TABLE record_import_refusal (
    import_id TEXT NOT NULL REFERENCES record_import (id),
    place BIGINT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (import_id, place)
);
