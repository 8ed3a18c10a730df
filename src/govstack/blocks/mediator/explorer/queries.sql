-- Looking through the directory: everything a list shows, in one read each.

-- name: counts^
-- What is connected can be called; what waits is counted within the viewer's reach.
SELECT
    (SELECT COUNT(*) FROM member m WHERE m.instance = :instance AND m.state = 'accepted') AS members,
    (SELECT COUNT(*) FROM application a JOIN member m ON m.id = a.member_id
     WHERE m.instance = :instance AND m.state = 'accepted' AND a.state = 'accepted') AS applications,
    (SELECT COUNT(*) FROM service s JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
     WHERE m.instance = :instance AND m.state = 'accepted' AND a.state = 'accepted' AND s.enabled) AS services,
    (SELECT COUNT(*) FROM member m WHERE m.instance = :instance AND m.state = 'applied'
       AND CAST(:everything AS BOOLEAN)) AS members_waiting,
    (SELECT COUNT(*) FROM application a JOIN member m ON m.id = a.member_id
     WHERE m.instance = :instance AND a.state = 'applied' AND CAST(:everything AS BOOLEAN)) AS applications_waiting,
    (SELECT COUNT(*) FROM access_request q JOIN service s ON s.id = q.service_id
     JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
     WHERE m.instance = :instance AND q.state = 'requested'
       AND (CAST(:everything AS BOOLEAN) OR m.member_class || '/' || m.code = ANY(:members)
            OR m.member_class || '/' || m.code || '/' || a.code = ANY(:applications))) AS requests_waiting;

-- name: classes
SELECT DISTINCT member_class FROM member WHERE instance = :instance AND state <> 'removed' ORDER BY member_class;

-- name: members
-- Without a state: all that have not left.
SELECT m.member_class, m.code, m.name, m.state, m.applied_at,
    (SELECT COUNT(*) FROM application a WHERE a.member_id = m.id AND a.state = 'accepted') AS applications,
    (SELECT COUNT(*) FROM service s JOIN application a ON a.id = s.application_id
     WHERE a.member_id = m.id AND a.state = 'accepted') AS services,
    COUNT(*) OVER () AS total
FROM member m
WHERE m.instance = :instance
  AND ((:state = '' AND m.state <> 'removed') OR m.state = :state)
  AND (:member_class = '' OR m.member_class = :member_class)
  AND (CAST(:everything AS BOOLEAN) OR m.applied_by = :viewer OR m.member_class || '/' || m.code = ANY(:members))
  AND (:lower = '' OR LOWER(m.name) LIKE :lower ESCAPE '!' OR m.name LIKE :exact ESCAPE '!'
       OR LOWER(m.member_class || '/' || m.code) LIKE :lower ESCAPE '!')
ORDER BY CASE m.state WHEN 'applied' THEN 0 ELSE 1 END, m.member_class, m.code
LIMIT :limit OFFSET :offset;

-- name: applications
SELECT a.id, m.instance, m.member_class, m.code AS member_code, m.name AS member_name, m.state AS member_state,
    a.code, a.name, a.state, a.connection, a.applied_at,
    (SELECT COUNT(*) FROM service s WHERE s.application_id = a.id) AS services,
    (SELECT COUNT(DISTINCT r.service_id) FROM access_right r WHERE r.application_id = a.id) AS uses,
    COUNT(*) OVER () AS total
FROM application a JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance
  AND ((:state = '' AND a.state <> 'removed') OR a.state = :state)
  AND (NOT CAST(:connected AS BOOLEAN) OR (a.state = 'accepted' AND m.state = 'accepted'))
  AND (:member_class = '' OR m.member_class = :member_class)
  AND (:member = '' OR m.member_class || '/' || m.code = :member)
  AND (CAST(:everything AS BOOLEAN) OR m.member_class || '/' || m.code = ANY(:members)
       OR m.member_class || '/' || m.code || '/' || a.code = ANY(:applications))
  AND (:lower = '' OR LOWER(a.name) LIKE :lower ESCAPE '!' OR a.name LIKE :exact ESCAPE '!'
       OR LOWER(m.name) LIKE :lower ESCAPE '!' OR m.name LIKE :exact ESCAPE '!'
       OR LOWER(m.member_class || '/' || m.code || '/' || a.code) LIKE :lower ESCAPE '!')
ORDER BY CASE a.state WHEN 'applied' THEN 0 ELSE 1 END, m.member_class, m.code, a.code
LIMIT :limit OFFSET :offset;

-- name: consumers
-- Connected applications, those first that use most: the columns of the matrix of rights.
SELECT a.id, m.instance, m.member_class, m.code AS member_code, m.name AS member_name, m.state AS member_state,
    a.code, a.name, a.state, a.connection, a.applied_at, 0 AS services,
    (SELECT COUNT(DISTINCT r.service_id) FROM access_right r WHERE r.application_id = a.id) AS uses,
    COUNT(*) OVER () AS total
FROM application a JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance AND a.state = 'accepted' AND m.state = 'accepted'
  AND (:member = '' OR m.member_class || '/' || m.code = :member)
ORDER BY uses DESC, m.member_class, m.code, a.code
LIMIT :limit OFFSET :offset;

-- name: services
-- `state` is on, off or any; `connected` leaves out what nobody can call.
SELECT s.id, m.instance, m.member_class, m.code AS member_code, m.name AS member_name, a.code AS application_code,
    a.name AS application_name, s.code, s.title, s.version, s.enabled, s.changed_at,
    (SELECT COUNT(*) FROM endpoint e WHERE e.service_id = s.id) AS endpoints,
    (SELECT COUNT(*) FROM endpoint e WHERE e.service_id = s.id AND NOT e.enabled) AS endpoints_off,
    (SELECT COUNT(DISTINCT r.application_id) FROM access_right r WHERE r.service_id = s.id) AS clients,
    COUNT(*) OVER () AS total
FROM service s JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance
  AND (:state = '' OR (:state = 'on' AND s.enabled) OR (:state = 'off' AND NOT s.enabled))
  AND (NOT CAST(:connected AS BOOLEAN) OR (a.state = 'accepted' AND m.state = 'accepted' AND s.enabled))
  AND (:member_class = '' OR m.member_class = :member_class)
  AND (:member = '' OR m.member_class || '/' || m.code = :member)
  AND (:application = '' OR m.member_class || '/' || m.code || '/' || a.code = :application)
  AND (CAST(:everything AS BOOLEAN) OR m.member_class || '/' || m.code = ANY(:members)
       OR m.member_class || '/' || m.code || '/' || a.code = ANY(:applications))
  AND (:lower = '' OR LOWER(s.title) LIKE :lower ESCAPE '!' OR s.title LIKE :exact ESCAPE '!'
       OR LOWER(m.name) LIKE :lower ESCAPE '!' OR m.name LIKE :exact ESCAPE '!'
       OR LOWER(m.member_class || '/' || m.code || '/' || a.code || '/' || s.code) LIKE :lower ESCAPE '!')
ORDER BY m.member_class, m.code, a.code, s.code
LIMIT :limit OFFSET :offset;

-- name: rights_between
SELECT service_id, application_id, method, path
FROM access_right
WHERE service_id = ANY(:services) AND application_id = ANY(:applications);

-- name: endpoints
SELECT method, path, summary, enabled FROM endpoint WHERE service_id = :service ORDER BY path, method;

-- name: clients
-- Who may use a service; a suspended application keeps its right and cannot use it.
SELECT m.member_class, m.code AS member_code, m.name AS member_name, a.code, a.name,
    (a.state = 'accepted' AND m.state = 'accepted') AS connected,
    SUM(CASE WHEN r.path = '' THEN 0 ELSE 1 END) AS endpoints, MIN(r.purpose) AS purpose,
    MIN(r.granted_by) AS granted_by, MIN(r.granted_at) AS granted_at, COUNT(*) OVER () AS total
FROM access_right r JOIN application a ON a.id = r.application_id JOIN member m ON m.id = a.member_id
WHERE r.service_id = :service
GROUP BY m.member_class, m.code, m.name, a.code, a.name, a.state, m.state
ORDER BY m.member_class, m.code, a.code
LIMIT :limit OFFSET :offset;

-- name: uses
-- What an application may use.
SELECT m.member_class, m.code AS member_code, m.name AS member_name, a.code AS application_code, s.code, s.title,
    s.enabled, SUM(CASE WHEN r.path = '' THEN 0 ELSE 1 END) AS endpoints, MIN(r.purpose) AS purpose,
    MIN(r.granted_at) AS granted_at, COUNT(*) OVER () AS total
FROM access_right r JOIN service s ON s.id = r.service_id JOIN application a ON a.id = s.application_id
    JOIN member m ON m.id = a.member_id
WHERE r.application_id = :application
GROUP BY m.member_class, m.code, m.name, a.code, s.code, s.title, s.enabled
ORDER BY m.member_class, m.code, a.code, s.code
LIMIT :limit OFFSET :offset;

-- name: held
SELECT method, path, purpose, granted_by, granted_at
FROM access_right
WHERE service_id = :service AND application_id = :application;

-- name: names
SELECT m.instance || '/' || m.member_class || '/' || m.code || '/' || a.code AS identifier, a.name AS application,
    m.name AS member
FROM application a JOIN member m ON m.id = a.member_id
WHERE m.instance || '/' || m.member_class || '/' || m.code || '/' || a.code = ANY(:identifiers);
