-- Applications: how they come, change and go.

-- name: insert_application!
INSERT INTO application (id, member_id, code, name, connection, state, reason, applied_by, applied_at, decided_by,
                         decided_at)
VALUES (:id, :member_id, :code, :name, :connection, :state, :reason, :applied_by, :applied_at, :decided_by,
        :decided_at);

-- name: update_application!
UPDATE application
SET name = :name, connection = :connection, state = :state, reason = :reason, applied_by = :applied_by,
    applied_at = :applied_at, decided_by = :decided_by, decided_at = :decided_at
WHERE id = :id;

-- name: applications
SELECT a.id, a.member_id, m.instance, m.member_class, m.code AS member_code, m.name AS member_name,
       m.state AS member_state, a.code, a.name, a.connection, a.state, a.reason, a.applied_by, a.applied_at,
       a.decided_by, a.decided_at
FROM application a JOIN member m ON m.id = a.member_id
WHERE a.member_id = :member_id AND (:state = '' OR a.state = :state)
  AND (CAST(:everything AS BOOLEAN) OR a.state = 'accepted')
  AND a.code > :after
ORDER BY a.code
LIMIT :limit;

-- name: delete_services!
DELETE FROM service WHERE application_id = :application_id;

-- name: delete_rights!
DELETE FROM access_right WHERE application_id = :application_id;

-- name: delete_requests!
DELETE FROM access_request WHERE application_id = :application_id;

-- name: delete_certificates!
DELETE FROM application_certificate WHERE application_id = :application_id;

-- name: certificate_holder$
SELECT application_id FROM application_certificate WHERE fingerprint = :fingerprint;

-- name: insert_certificate!
INSERT INTO application_certificate (fingerprint, application_id, added_by, added_at)
VALUES (:fingerprint, :application_id, :added_by, :added_at);

-- name: delete_certificate!
DELETE FROM application_certificate WHERE fingerprint = :fingerprint AND application_id = :application_id;
