-- Who read personal data: one row for each answer that was given (DRS-8). The people in it are sealed, by record.
CREATE TABLE personal_data_access (
    id TEXT PRIMARY KEY,
    registry_id BIGINT NOT NULL,
    operation TEXT NOT NULL,
    fields TEXT NOT NULL,
    at TEXT NOT NULL,
    reader_id TEXT NOT NULL,
    reader_name TEXT NOT NULL,
    reader_initials TEXT NOT NULL,
    reader_institution_id TEXT NOT NULL,
    reader_institution_name TEXT NOT NULL,
    reader_application TEXT NOT NULL,
    reader_roles TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    purpose TEXT NOT NULL,
    consent_reference TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    persons {{bytes}} NOT NULL
);
CREATE INDEX personal_data_access_registry ON personal_data_access (registry_id, at);

-- And one row for each record in it; its person is found by a keyed fingerprint. There is no foreign key: the rows of a
-- long list are written in one go, always after their access, and are never removed.
CREATE TABLE personal_data_read (
    access_id TEXT NOT NULL,
    record TEXT NOT NULL,
    id TEXT NOT NULL,
    person_fingerprint TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (access_id, record)
);
CREATE INDEX personal_data_read_person ON personal_data_read (person_fingerprint, access_id);
CREATE INDEX personal_data_read_record ON personal_data_read (record, access_id);
