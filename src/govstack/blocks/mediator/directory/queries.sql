-- Reading the directory, and the one row that counts its changes.

-- name: lock_directory^
-- Changes queue behind this row: what a change read stays true until it has written.
SELECT revision, domain FROM directory_state WHERE id = 1;

-- name: lock_directory__postgres^
SELECT revision, domain FROM directory_state WHERE id = 1 FOR UPDATE;

-- name: state^
SELECT revision, domain FROM directory_state WHERE id = 1;

-- name: count_change!
UPDATE directory_state SET revision = revision + 1 WHERE id = 1;

-- name: set_domain!
UPDATE directory_state SET domain = :domain WHERE id = 1;

-- name: member^
SELECT id, instance, member_class, code, name, state, contact_name, contact_email, agreement, reason, applied_by,
       applied_at, decided_by, decided_at
FROM member
WHERE instance = :instance AND member_class = :member_class AND code = :code;

-- name: connected_members
SELECT id, instance, member_class, code, name, state
FROM member
WHERE state = 'accepted' AND (:instance = '' OR instance = :instance)
ORDER BY instance, member_class, code
LIMIT :limit;

-- name: application^
SELECT a.id, a.member_id, m.instance, m.member_class, m.code AS member_code, m.name AS member_name,
       m.state AS member_state, a.code, a.name, a.connection, a.state, a.reason, a.applied_by, a.applied_at,
       a.decided_by, a.decided_at
FROM application a JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance AND m.member_class = :member_class AND m.code = :member_code AND a.code = :code;

-- name: connected_applications
SELECT a.id, a.member_id, m.instance, m.member_class, m.code AS member_code, m.name AS member_name,
       m.state AS member_state, a.code, a.name, a.connection, a.state
FROM application a JOIN member m ON m.id = a.member_id
WHERE a.state = 'accepted' AND m.state = 'accepted' AND (:instance = '' OR m.instance = :instance)
ORDER BY m.instance, m.member_class, m.code, a.code
LIMIT :limit;

-- name: application_of_certificate^
SELECT m.instance, m.member_class, m.code AS member_code, a.code
FROM application_certificate c JOIN application a ON a.id = c.application_id JOIN member m ON m.id = a.member_id
WHERE c.fingerprint = :fingerprint AND a.state = 'accepted' AND m.state = 'accepted';

-- name: certificates
SELECT fingerprint FROM application_certificate WHERE application_id = :application_id ORDER BY fingerprint;

-- name: services
SELECT s.id, s.application_id, m.instance, m.member_class, m.code AS member_code, a.code AS application_code, s.code,
       s.version, s.type, s.title, s.description, s.spec_url, s.service_url, s.enabled, s.timeout_seconds,
       s.request_bytes_max, s.answer_bytes_max, s.payload_kept, s.document_digest, s.registered_by, s.registered_at,
       s.changed_at
FROM service s JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
WHERE s.application_id = :application_id AND (:code = '' OR s.code = :code)
ORDER BY s.code;

-- name: target^
SELECT s.id AS service_id, s.version, s.service_url, a.connection, s.enabled, s.timeout_seconds, s.request_bytes_max,
       s.answer_bytes_max, s.payload_kept
FROM service s JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance AND m.member_class = :member_class AND m.code = :member_code
  AND a.code = :application_code AND s.code = :service_code AND m.state = 'accepted' AND a.state = 'accepted';

-- name: endpoints
SELECT service_id, method, path, operation_id, summary, enabled
FROM endpoint
WHERE service_id = ANY(:service_ids);

-- name: live_rights
-- Who holds a right but is suspended or gone holds nothing.
SELECT r.service_id, r.method, r.path, m.instance, m.member_class, m.code AS member_code, a.code AS application_code
FROM access_right r JOIN application a ON a.id = r.application_id JOIN member m ON m.id = a.member_id
WHERE r.service_id = ANY(:service_ids) AND a.state = 'accepted' AND m.state = 'accepted';

-- name: document^
SELECT s.document AS text, s.document_format AS format FROM service s WHERE s.id = :service_id;
