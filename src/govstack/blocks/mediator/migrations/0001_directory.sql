-- Members, their applications, the services they offer, who may use them, and how that is configured.

-- One row: counts every change of the directory, so that a change can name the state it was made for.
CREATE TABLE directory_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    domain TEXT NOT NULL
);
INSERT INTO directory_state (id, revision, domain) VALUES (1, 0, '');

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    member_class TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    state TEXT NOT NULL CHECK (state IN ('applied', 'accepted', 'rejected', 'suspended', 'removed')),
    contact_name TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    agreement TEXT NOT NULL,
    reason TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    UNIQUE (instance, member_class, code)
);

CREATE TABLE application (
    id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    connection TEXT NOT NULL CHECK (connection IN ('http', 'https')),
    state TEXT NOT NULL CHECK (state IN ('applied', 'accepted', 'rejected', 'suspended', 'removed')),
    reason TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    UNIQUE (member_id, code)
);

-- A client certificate proves one application and no other.
CREATE TABLE application_certificate (
    fingerprint TEXT PRIMARY KEY CHECK (length(fingerprint) = 64),
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE INDEX application_certificate_application ON application_certificate (application_id);

CREATE TABLE service (
    id TEXT PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    version TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('REST')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    spec_url TEXT NOT NULL,
    service_url TEXT NOT NULL CHECK (service_url <> ''),
    enabled BOOLEAN NOT NULL,
    timeout_seconds INTEGER NOT NULL CHECK (timeout_seconds > 0),
    request_bytes_max BIGINT NOT NULL CHECK (request_bytes_max > 0),
    answer_bytes_max BIGINT NOT NULL CHECK (answer_bytes_max > 0),
    payload_kept BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    document_format TEXT NOT NULL CHECK (document_format IN ('json', 'yaml')),
    document_digest TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (application_id, code)
);

CREATE TABLE endpoint (
    service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    summary TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    PRIMARY KEY (service_id, method, path)
);

-- Method and path name one endpoint; both are empty where the right covers the whole service.
CREATE TABLE access_right (
    service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    purpose TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    PRIMARY KEY (service_id, application_id, method, path)
);
CREATE INDEX access_right_application ON access_right (application_id);

CREATE TABLE access_request (
    id TEXT PRIMARY KEY,
    service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    endpoints {{json}} NOT NULL,
    purpose TEXT NOT NULL,
    agreement TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'withdrawn')),
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX access_request_open ON access_request (service_id, application_id) WHERE state = 'requested';
CREATE INDEX access_request_application ON access_request (application_id);

CREATE TABLE configuration_change (
    id TEXT PRIMARY KEY,
    mode TEXT NOT NULL CHECK (mode IN ('create', 'update', 'replace')),
    -- As text: what people write may hold what jsonb cannot. Emptied when the change is finished.
    document TEXT NOT NULL,
    base_revision BIGINT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    steps_done INTEGER NOT NULL,
    steps_total INTEGER NOT NULL,
    problem TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_by_name TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    finished_at TEXT NOT NULL
);
