-- The queues of subscribers. Whoever takes a delivery holds it by a lease; when the lease ends another may take it.

-- name: insert_delivery*!
INSERT INTO delivery (event_number, subscription_id, room, event_type, subscriber, key, state, attempts,
                      attempts_before, created_at, due_at, expires_at, reason)
VALUES (:event_number, :subscription_id, :room, :event_type, :subscriber, :key, 'waiting', 0, 0, :now, :now,
        :expires_at, '');

-- name: due
-- When each pushing subscription has something to do next, if at all.
SELECT s.id, (
    SELECT d.due_at FROM delivery d
    WHERE d.subscription_id = s.id AND d.state = 'waiting' AND (d.leased_until IS NULL OR d.leased_until < :now)
    ORDER BY d.due_at
    LIMIT 1
) AS due_at
FROM subscription s
WHERE s.mode = 'PUSH';

-- name: expire!
-- Found by the index over the ends of all queues, so that looking costs nothing while nothing has ended.
UPDATE delivery
SET state = 'expired', finished_at = :now, leased_until = NULL, worker = NULL,
    reason = CASE WHEN reason = '' THEN 'Its time was over.' ELSE reason END
WHERE number IN (
    SELECT number FROM delivery
    WHERE state = 'waiting' AND expires_at <= :now AND (leased_until IS NULL OR leased_until < :now)
    ORDER BY expires_at
    LIMIT :limit
);

-- name: expire__postgres!
UPDATE delivery
SET state = 'expired', finished_at = :now, leased_until = NULL, worker = NULL,
    reason = CASE WHEN reason = '' THEN 'Its time was over.' ELSE reason END
WHERE number IN (
    SELECT number FROM delivery
    WHERE state = 'waiting' AND expires_at <= :now AND (leased_until IS NULL OR leased_until < :now)
    ORDER BY expires_at
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
);

-- name: due_deliveries
SELECT number FROM delivery
WHERE subscription_id = :subscription_id AND state = 'waiting' AND due_at <= :now AND expires_at > :now
  AND (leased_until IS NULL OR leased_until < :now)
ORDER BY due_at, number
LIMIT :limit;

-- name: due_heads
-- The oldest waiting delivery of each key, if it is due: one that is not holds back its key and no other. The walk goes
-- from key to key by the index, so what waits behind a head costs nothing.
WITH RECURSIVE walk (key) AS (
    SELECT min(d.key) FROM delivery d
    WHERE d.subscription_id = :subscription_id AND d.state = 'waiting' AND d.key > :after
    UNION ALL
    SELECT (
        SELECT min(d.key) FROM delivery d
        WHERE d.subscription_id = :subscription_id AND d.state = 'waiting' AND d.key > walk.key
    )
    FROM walk
    WHERE walk.key IS NOT NULL
)
SELECT d.number
FROM walk
JOIN delivery d ON d.number = (
    SELECT e.number FROM delivery e
    WHERE e.subscription_id = :subscription_id AND e.state = 'waiting' AND e.key = walk.key
    ORDER BY e.number
    LIMIT 1
)
WHERE d.due_at <= :now AND d.expires_at > :now AND (d.leased_until IS NULL OR d.leased_until < :now)
LIMIT :limit;

-- name: lock_deliveries
SELECT number FROM delivery WHERE number = ANY(:numbers);

-- name: lock_deliveries__postgres
SELECT number FROM delivery WHERE number = ANY(:numbers) FOR UPDATE SKIP LOCKED;

-- name: take
UPDATE delivery SET worker = :worker, leased_until = :until, attempts = attempts + 1
WHERE number = ANY(:numbers) AND state = 'waiting' AND (leased_until IS NULL OR leased_until < :now)
RETURNING number;

-- name: parcels
SELECT d.number, d.subscription_id, d.subscriber, d.attempts AS attempt, d.attempts_before, e.id AS event_id, e.room,
       e.event_type, e.publisher, e.key, e.sequence, e.correlation_id, p.content
FROM delivery d JOIN event e ON e.number = d.event_number LEFT JOIN event_payload p ON p.event_number = e.number
WHERE d.number = ANY(:numbers)
ORDER BY d.number;

-- name: settle_delivered!
UPDATE delivery SET state = 'delivered', finished_at = :now, leased_until = NULL, worker = NULL, reason = ''
WHERE number = ANY(:numbers) AND state = 'waiting';

-- name: settle_retry*!
UPDATE delivery SET due_at = :due_at, leased_until = NULL, worker = NULL, reason = :reason
WHERE number = :number AND state = 'waiting' AND worker = :worker;

-- name: settle_dead*!
UPDATE delivery SET state = 'dead', finished_at = :now, leased_until = NULL, worker = NULL, reason = :reason
WHERE number = :number AND state = 'waiting' AND worker = :worker;

-- name: give_back!
UPDATE delivery SET leased_until = NULL, worker = NULL, attempts = attempts - 1
WHERE number = ANY(:numbers) AND state = 'waiting' AND worker = :worker;

-- name: insert_attempt*!
INSERT INTO delivery_attempt (delivery_number, attempt, at, duration_us, status, outcome, reason, message_id)
VALUES (:delivery_number, :attempt, :at, :duration_us, :status, :outcome, :reason, :message_id)
ON CONFLICT (delivery_number, attempt) DO NOTHING;

-- name: next_to_pull$
SELECT number FROM delivery
WHERE subscription_id = :subscription_id AND state = 'waiting' AND expires_at > :now
ORDER BY number
LIMIT 1;

-- name: count_pull!
UPDATE delivery SET attempts = attempts + 1 WHERE number = :number AND state = 'waiting';

-- name: delivery_of_event^
SELECT d.number, d.state, d.attempts FROM delivery d JOIN event e ON e.number = d.event_number
WHERE d.subscription_id = :subscription_id AND e.id = :event_id;

-- name: stop_event!
UPDATE delivery SET state = 'stopped', finished_at = :now, leased_until = NULL, worker = NULL, reason = :reason
WHERE event_number = :event_number AND state = 'waiting';

-- name: tallies
SELECT event_number, state, count(*) AS deliveries FROM delivery
WHERE event_number = ANY(:event_numbers)
GROUP BY event_number, state;
