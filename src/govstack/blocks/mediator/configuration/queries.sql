-- The configuration as a whole, and the changes to it that are at work.

-- name: members
SELECT member_class, code, name, state FROM member
WHERE instance = :instance AND state IN ('accepted', 'suspended')
ORDER BY member_class, code;

-- name: applications
SELECT m.member_class, m.code AS member_code, a.code, a.name, a.connection, a.state
FROM application a JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance AND m.state IN ('accepted', 'suspended') AND a.state IN ('accepted', 'suspended')
ORDER BY m.member_class, m.code, a.code;

-- name: services
SELECT m.member_class, m.code AS member_code, a.code AS application_code, s.code, s.version, s.spec_url, s.service_url,
       s.enabled, s.timeout_seconds, s.request_bytes_max, s.answer_bytes_max, s.payload_kept
FROM service s JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance
ORDER BY m.member_class, m.code, a.code, s.code;

-- name: rights
SELECT pm.member_class AS p_class, pm.code AS p_member, pa.code AS p_application, s.code AS p_service,
       cm.member_class AS c_class, cm.code AS c_member, ca.code AS c_application, r.method, r.path, r.purpose
FROM access_right r
JOIN service s ON s.id = r.service_id
JOIN application pa ON pa.id = s.application_id
JOIN member pm ON pm.id = pa.member_id
JOIN application ca ON ca.id = r.application_id
JOIN member cm ON cm.id = ca.member_id
WHERE pm.instance = :instance AND cm.instance = :instance
ORDER BY p_class, p_member, p_application, p_service, c_class, c_member, c_application, r.path, r.method;

-- name: insert_change!
INSERT INTO configuration_change (id, mode, document, base_revision, state, steps_done, steps_total, problem,
                                  requested_by, requested_by_name, requested_at, finished_at)
VALUES (:id, :mode, :document, CAST(:base_revision AS BIGINT), 'waiting', 0, :steps_total, '', :requested_by,
        :requested_by_name, :requested_at, '');

-- name: change^
SELECT id, mode, state, base_revision, steps_done, steps_total, problem, requested_by, requested_by_name,
       requested_at, finished_at
FROM configuration_change WHERE id = :id;

-- name: changes
SELECT id, mode, state, base_revision, steps_done, steps_total, problem, requested_by, requested_by_name,
       requested_at, finished_at
FROM configuration_change ORDER BY id DESC LIMIT :limit;

-- name: document$
SELECT document FROM configuration_change WHERE id = :id;

-- name: start_change!
UPDATE configuration_change SET state = 'running', steps_total = :steps_total WHERE id = :id;

-- name: count_steps!
UPDATE configuration_change SET steps_done = steps_done + :steps WHERE id = :id;

-- name: finish_change!
UPDATE configuration_change
SET state = :state, problem = :problem, finished_at = :finished_at, document = ''
WHERE id = :id;

-- name: clear!
DELETE FROM configuration_change;
