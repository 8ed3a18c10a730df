-- Subscriptions to event types of rooms.

-- name: subscriptions
SELECT s.id, s.event_type_id, s.application_id,
       rm.instance || '/' || rm.member_class || '/' || rm.code || '/' || ra.code AS room, t.name AS event_type,
       sm.instance || '/' || sm.member_class || '/' || sm.code || '/' || sa.code AS subscriber,
       s.mode, s.ttl_seconds, s.fifo, s.service_code, s.path, s.retry_attempts, s.retry_first_seconds, s.retry_factor,
       s.retry_longest_seconds, s.created_by, s.created_at, s.changed_at
FROM subscription s
JOIN event_type t ON t.id = s.event_type_id
JOIN room r ON r.id = t.room_id
JOIN application ra ON ra.id = r.application_id
JOIN member rm ON rm.id = ra.member_id
JOIN application sa ON sa.id = s.application_id
JOIN member sm ON sm.id = sa.member_id
WHERE t.room_id = :room_id AND (:id = '' OR s.id = :id) AND (:event_type = '' OR t.name = :event_type)
  AND (:application_id = '' OR s.application_id = :application_id) AND (:mode = '' OR s.mode = :mode)
  AND s.id > :after
ORDER BY s.id
LIMIT :limit;

-- name: subscriptions_by_id
SELECT s.id, s.event_type_id, s.application_id,
       rm.instance || '/' || rm.member_class || '/' || rm.code || '/' || ra.code AS room, t.name AS event_type,
       sm.instance || '/' || sm.member_class || '/' || sm.code || '/' || sa.code AS subscriber,
       s.mode, s.ttl_seconds, s.fifo, s.service_code, s.path, s.retry_attempts, s.retry_first_seconds, s.retry_factor,
       s.retry_longest_seconds, s.created_by, s.created_at, s.changed_at
FROM subscription s
JOIN event_type t ON t.id = s.event_type_id
JOIN room r ON r.id = t.room_id
JOIN application ra ON ra.id = r.application_id
JOIN member rm ON rm.id = ra.member_id
JOIN application sa ON sa.id = s.application_id
JOIN member sm ON sm.id = sa.member_id
WHERE s.id = ANY(:ids);

-- name: of_event_type
-- Who receives an event of a type, and for how long it is offered to each.
SELECT s.id, s.ttl_seconds, s.mode, m.instance || '/' || m.member_class || '/' || m.code || '/' || a.code AS subscriber
FROM subscription s JOIN application a ON a.id = s.application_id JOIN member m ON m.id = a.member_id
WHERE s.event_type_id = :event_type_id;

-- name: insert_subscription!
INSERT INTO subscription (id, event_type_id, application_id, mode, ttl_seconds, fifo, service_code, path,
                          retry_attempts, retry_first_seconds, retry_factor, retry_longest_seconds, created_by,
                          created_at, changed_at)
VALUES (:id, :event_type_id, :application_id, :mode, :ttl_seconds, :fifo, :service_code, :path, :retry_attempts,
        :retry_first_seconds, :retry_factor, :retry_longest_seconds, :created_by, :created_at, :changed_at);

-- name: update_subscription!
UPDATE subscription
SET mode = :mode, ttl_seconds = :ttl_seconds, fifo = :fifo, service_code = :service_code, path = :path,
    retry_attempts = :retry_attempts, retry_first_seconds = :retry_first_seconds, retry_factor = :retry_factor,
    retry_longest_seconds = :retry_longest_seconds, changed_at = :changed_at
WHERE id = :id;
