-- Rights and requests for them.

-- name: pairs
-- A page of pairs of service and application, in the order of their names: that order survives every change.
SELECT DISTINCT s.id AS service_id, ca.id AS application_id, cm.name AS client_member_name,
       pm.member_class AS p_class, pm.code AS p_member, pa.code AS p_application, s.code AS p_service,
       cm.instance AS c_instance, cm.member_class AS c_class, cm.code AS c_member, ca.code AS c_application
FROM access_right r
JOIN service s ON s.id = r.service_id
JOIN application pa ON pa.id = s.application_id
JOIN member pm ON pm.id = pa.member_id
JOIN application ca ON ca.id = r.application_id
JOIN member cm ON cm.id = ca.member_id
WHERE pm.instance = :instance
  AND (:member_class = '' OR pm.member_class = :member_class) AND (:member_code = '' OR pm.code = :member_code)
  AND (:application_code = '' OR pa.code = :application_code) AND (:service_code = '' OR s.code = :service_code)
  AND (pm.member_class, pm.code, pa.code, s.code, cm.instance, cm.member_class, cm.code, ca.code)
    > (:after_class, :after_member, :after_application, :after_service, :after_c_instance, :after_c_class,
       :after_c_member, :after_c_application)
ORDER BY p_class, p_member, p_application, p_service, c_instance, c_class, c_member, c_application
LIMIT :limit;

-- name: rights_of_pairs
SELECT service_id, application_id, method, path, purpose, granted_by, granted_at
FROM access_right
WHERE service_id = ANY(:service_ids) AND application_id = ANY(:application_ids);

-- name: held
SELECT method, path FROM access_right WHERE service_id = :service_id AND application_id = :application_id;

-- name: insert_right*!
INSERT INTO access_right (service_id, application_id, method, path, purpose, granted_by, granted_at)
VALUES (:service_id, :application_id, :method, :path, :purpose, :granted_by, :granted_at);

-- name: delete_right*!
DELETE FROM access_right
WHERE service_id = :service_id AND application_id = :application_id AND method = :method AND path = :path;

-- name: insert_request!
INSERT INTO access_request (id, service_id, application_id, endpoints, purpose, agreement, state, requested_by,
                            requested_at, decided_by, decided_at, reason)
VALUES (:id, :service_id, :application_id, :endpoints, :purpose, :agreement, 'requested', :requested_by,
        :requested_at, '', '', '');

-- name: decide_request!
UPDATE access_request
SET state = :state, decided_by = :decided_by, decided_at = :decided_at, reason = :reason
WHERE id = :id AND state = 'requested';

-- name: open_request$
SELECT id FROM access_request
WHERE service_id = :service_id AND application_id = :application_id AND state = 'requested';

-- name: requests
SELECT q.id, pm.instance || '/' || pm.member_class || '/' || pm.code || '/' || pa.code || '/' || s.code AS service,
       cm.instance || '/' || cm.member_class || '/' || cm.code || '/' || ca.code AS client,
       q.endpoints, q.purpose, q.agreement, q.state, q.requested_by, q.requested_at, q.decided_by, q.decided_at,
       q.reason
FROM access_request q
JOIN service s ON s.id = q.service_id
JOIN application pa ON pa.id = s.application_id
JOIN member pm ON pm.id = pa.member_id
JOIN application ca ON ca.id = q.application_id
JOIN member cm ON cm.id = ca.member_id
WHERE (:id = '' OR q.id = :id) AND (:state = '' OR q.state = :state)
  AND (:provider = '' OR pm.member_class || '/' || pm.code || '/' || pa.code = :provider)
  AND (:consumer = '' OR cm.member_class || '/' || cm.code || '/' || ca.code = :consumer)
  AND (:before = '' OR q.id < :before)
ORDER BY q.id DESC
LIMIT :limit;
