-- name: add_access*!
INSERT INTO personal_data_access (
    id, registry_id, operation, fields, at, reader_id, reader_name, reader_initials, reader_institution_id,
    reader_institution_name, reader_application, reader_roles, legal_basis, purpose, consent_reference, correlation_id,
    persons
) VALUES (
    :id, :registry_id, :operation, :fields, :at, :reader_id, :reader_name, :reader_initials, :reader_institution_id,
    :reader_institution_name, :reader_application, :reader_roles, :legal_basis, :purpose, :consent_reference,
    :correlation_id, :persons
);

-- name: add_reads*!
INSERT INTO personal_data_read (access_id, record, id, person_fingerprint, reference)
VALUES (:access_id, :record, :id, :person_fingerprint, :reference);

-- name: put_seed_access!
INSERT INTO personal_data_access (
    id, registry_id, operation, fields, at, reader_id, reader_name, reader_initials, reader_institution_id,
    reader_institution_name, reader_application, reader_roles, legal_basis, purpose, consent_reference, correlation_id,
    persons
) VALUES (
    :id, :registry_id, :operation, :fields, :at, :reader_id, :reader_name, :reader_initials, :reader_institution_id,
    :reader_institution_name, :reader_application, :reader_roles, :legal_basis, :purpose, :consent_reference,
    :correlation_id, :persons
) ON CONFLICT (id) DO NOTHING;

-- name: put_seed_read!
INSERT INTO personal_data_read (access_id, record, id, person_fingerprint, reference)
VALUES (:access_id, :record, :id, :person_fingerprint, :reference)
ON CONFLICT (access_id, record) DO NOTHING;

-- name: forget_registry_reads!
DELETE FROM personal_data_read
WHERE access_id IN (SELECT id FROM personal_data_access WHERE registry_id = ANY(:registry_ids));

-- name: forget_registry_access!
DELETE FROM personal_data_access WHERE registry_id = ANY(:registry_ids);

-- name: reads_of_person
-- Reads of one person's data, newest first: accesses of some registries before a cursor.
SELECT a.*, r.id AS read_id, r.record, r.reference
FROM personal_data_read AS r
JOIN personal_data_access AS a ON a.id = r.access_id
WHERE r.person_fingerprint = ANY(:fingerprints) AND a.registry_id = ANY(:registry_ids) AND a.at >= :since
    AND r.access_id < :before
ORDER BY r.access_id DESC, r.record
LIMIT :limit;

-- name: reads_of_person_anywhere
SELECT a.*, r.id AS read_id, r.record, r.reference
FROM personal_data_read AS r
JOIN personal_data_access AS a ON a.id = r.access_id
WHERE r.person_fingerprint = ANY(:fingerprints) AND a.at >= :since AND r.access_id < :before
ORDER BY r.access_id DESC, r.record
LIMIT :limit;

-- name: reads_of_record
SELECT a.*, r.id AS read_id, r.record, r.reference
FROM personal_data_read AS r
JOIN personal_data_access AS a ON a.id = r.access_id
WHERE r.record = :record AND a.at >= :since AND r.access_id < :before
ORDER BY r.access_id DESC
LIMIT :limit;
