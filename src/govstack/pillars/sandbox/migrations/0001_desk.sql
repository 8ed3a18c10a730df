-- One candidate whom an officer is looking at. Records stay in the registries; here is only what was found and decided.
CREATE TABLE desk_case (
    id TEXT PRIMARY KEY,
    service_id TEXT NOT NULL,
    person_key TEXT NOT NULL,
    person_sealed {{bytes}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('REGISTERED', 'VERIFIED', 'MISMATCH', 'ELIGIBLE', 'NOT_ELIGIBLE', 'ENROLLED', 'EXITED')),
    cleared_by TEXT NOT NULL DEFAULT '',
    note_sealed {{bytes}},
    package_code TEXT NOT NULL DEFAULT '',
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    UNIQUE (service_id, person_key)
);
CREATE INDEX desk_case_recent ON desk_case (service_id, modified_at);

-- What the sandbox has been filled with, so that a second start has nothing to do.
CREATE TABLE seeding (
    part TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    finished_at TEXT NOT NULL
);
