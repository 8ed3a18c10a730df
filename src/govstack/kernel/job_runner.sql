-- Durable work as it is run. A lane's jobs change state only under the lane's lock (PostgreSQL) or inside the one writing
-- transaction (SQLite), so that its oldest unfinished job is always waiting or running, and never two run at once.

-- name: next_moments^
SELECT
    (SELECT due_at FROM job WHERE state = 'waiting' AND kind = ANY(:kinds) ORDER BY due_at LIMIT 1) AS due_at,
    (SELECT min(leased_until) FROM job WHERE state = 'running') AS leased_until;

-- name: due
SELECT number, lane FROM job
WHERE state = 'waiting' AND due_at <= :now AND kind = ANY(:kinds)
ORDER BY due_at, number
LIMIT :limit;

-- name: due__postgres
SELECT number, lane FROM job
WHERE state = 'waiting' AND due_at <= :now AND kind = ANY(:kinds)
ORDER BY due_at, number
LIMIT :limit
FOR UPDATE SKIP LOCKED;

-- name: try_lanes
-- The lanes that nobody else is changing right now.
SELECT value AS lane FROM json_each(:lanes);

-- name: try_lanes__postgres
SELECT lane FROM unnest(CAST(:lanes AS TEXT[])) AS lane
WHERE pg_try_advisory_xact_lock(hashtext(current_setting('search_path')), hashtext(lane));

-- name: hold_lanes
SELECT 1 WHERE :lanes IS NULL;

-- name: hold_lanes__postgres
-- In one order everywhere, so that runners wait for each other but never in a circle.
SELECT pg_advisory_xact_lock(hashtext(current_setting('search_path')), wanted.lock)
FROM (SELECT DISTINCT hashtext(lane) AS lock FROM unnest(CAST(:lanes AS TEXT[])) AS lane ORDER BY 1) AS wanted;

-- name: take
UPDATE job SET state = 'running', attempt = attempt + 1, runner = :runner, leased_until = :until
WHERE number = ANY(:numbers)
  AND (
    lane IS NULL
    OR (
        NOT EXISTS (
            SELECT 1 FROM job AS earlier
            WHERE earlier.lane = job.lane AND earlier.finished_at IS NULL AND earlier.number < job.number
        )
        AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.lane = job.lane AND other.state = 'running')
    )
  )
RETURNING number, id, kind, payload, attempt, enqueued_at, lane, correlation_id;

-- name: block!
-- What was due but not taken stands behind another job of its lane; it is not looked at again before its turn.
UPDATE job SET state = 'blocked' WHERE number = ANY(:numbers) AND state = 'waiting';

-- name: unblock!
UPDATE job SET state = 'waiting'
WHERE state = 'blocked' AND number IN (
    SELECT (
        SELECT number FROM job AS next
        WHERE next.lane = lanes.value AND next.finished_at IS NULL ORDER BY number LIMIT 1
    )
    FROM json_each(:lanes) AS lanes
);

-- name: unblock__postgres!
UPDATE job SET state = 'waiting'
WHERE state = 'blocked' AND number IN (
    SELECT (
        SELECT number FROM job AS next
        WHERE next.lane = lanes.value AND next.finished_at IS NULL ORDER BY number LIMIT 1
    )
    FROM unnest(CAST(:lanes AS TEXT[])) AS lanes (value)
);

-- name: finish!
UPDATE job SET state = 'done', finished_at = :now, leased_until = NULL
WHERE number = ANY(:numbers) AND state = 'running' AND runner = :runner;

-- name: retry!
UPDATE job SET state = 'waiting', due_at = :due_at, put_off_at = :now, leased_until = NULL, error = :error
WHERE number = :number AND state = 'running' AND runner = :runner;

-- name: bury!
UPDATE job SET state = 'dead', finished_at = :now, leased_until = NULL, error = :error
WHERE number = :number AND state = 'running' AND runner = :runner;

-- name: give_back!
UPDATE job SET state = 'waiting', leased_until = NULL, attempt = attempt - 1
WHERE number = ANY(:numbers) AND state = 'running' AND runner = :runner;

-- name: renew!
UPDATE job SET leased_until = :until WHERE number = ANY(:numbers) AND state = 'running' AND runner = :runner;

-- name: free_expired!
UPDATE job SET state = 'waiting', leased_until = NULL WHERE state = 'running' AND leased_until < :now;

-- name: bring_back!
-- What was asked for at once, or put off, by a clock that was ahead is due now, and not when that moment comes.
UPDATE job SET due_at = :now, put_off_at = NULL,
    enqueued_at = CASE WHEN enqueued_at > :latest THEN :now ELSE enqueued_at END
WHERE state IN ('waiting', 'blocked')
    AND ((enqueued_at > :latest AND due_at = enqueued_at) OR put_off_at > :latest);

-- name: shorten_leases!
-- Who holds a job still renews its lease in time; what a dead one held is free after one lease of the right clock.
UPDATE job SET leased_until = :until WHERE state = 'running' AND leased_until > :latest;

-- name: delete_done!
DELETE FROM job WHERE number IN (
    SELECT number FROM job WHERE state = 'done' AND finished_at < :before ORDER BY finished_at LIMIT :limit
);

-- name: delete_received!
DELETE FROM event_inbox WHERE event_id IN (
    SELECT event_id FROM event_inbox WHERE received_at < :before ORDER BY received_at LIMIT :limit
);

-- name: take_slot!
INSERT INTO job_schedule (kind, slot) VALUES (:kind, :slot)
-- A slot that lies further ahead than another machine's clock may be was taken while a clock was wrong.
ON CONFLICT (kind) DO UPDATE SET slot = excluded.slot
WHERE job_schedule.slot < excluded.slot OR job_schedule.slot > excluded.slot + :ahead;
