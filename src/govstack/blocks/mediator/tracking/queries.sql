-- Looking at queues, and forgetting what is over. What is searched by many fields is put together in store.py.

-- name: tries
SELECT attempt, at, duration_us, status, outcome, reason, message_id FROM delivery_attempt
WHERE delivery_number = :number
ORDER BY attempt
LIMIT :limit;

-- name: queues
SELECT s.id AS subscription_id, t.name AS event_type,
       m.instance || '/' || m.member_class || '/' || m.code || '/' || a.code AS subscriber, s.mode,
       (SELECT count(*) FROM delivery d WHERE d.subscription_id = s.id AND d.state = 'waiting') AS waiting,
       coalesce((
           SELECT d.created_at FROM delivery d WHERE d.subscription_id = s.id AND d.state = 'waiting'
           ORDER BY d.number
           LIMIT 1
       ), '') AS oldest,
       (SELECT count(*) FROM delivery d WHERE d.room = :room AND d.state = 'dead' AND d.subscription_id = s.id) AS dead
FROM subscription s
JOIN event_type t ON t.id = s.event_type_id
JOIN application a ON a.id = s.application_id
JOIN member m ON m.id = a.member_id
WHERE t.room_id = :room_id AND s.id > :after
ORDER BY s.id
LIMIT :limit;

-- name: requeue!
UPDATE delivery
SET state = 'waiting', due_at = :now, expires_at = :expires_at, finished_at = NULL, attempts_before = attempts,
    reason = ''
WHERE number = :number AND state = 'dead';

-- name: drop!
UPDATE delivery SET state = 'dropped', finished_at = :now WHERE number = :number AND state = 'dead';

-- name: has_payload$
SELECT count(*) FROM event_payload p JOIN delivery d ON d.event_number = p.event_number WHERE d.number = :number;

-- name: old_payloads
-- Nobody waits for these any more, and their time is over.
SELECT p.event_number FROM event_payload p
WHERE p.kept_until <= :now AND NOT EXISTS (
    SELECT 1 FROM delivery d WHERE d.event_number = p.event_number AND d.state = 'waiting'
)
ORDER BY p.kept_until
LIMIT :limit;

-- name: drop_dead!
UPDATE delivery SET state = 'dropped', finished_at = :now
WHERE event_number = ANY(:event_numbers) AND state = 'dead';

-- name: delete_payloads!
DELETE FROM event_payload WHERE event_number = ANY(:event_numbers);

-- name: delete_events!
DELETE FROM event WHERE number IN (
    SELECT e.number FROM event e
    WHERE e.received_at < :before AND NOT EXISTS (
        SELECT 1 FROM event_payload p WHERE p.event_number = e.number
    )
    ORDER BY e.received_at
    LIMIT :limit
);
