-- Requests that are sent later.

-- name: insert_schedule!
-- Of two same schedules the second finds the first, as long as that is active.
INSERT INTO schedule (id, sender_id, mhash, every, first_at, zone, last_day, times, messages, state, turn, next_at,
                      created_at, changed_at)
VALUES (:id, :sender_id, :mhash, :every, :first_at, :zone, :last_day, :times, :messages, 'active', 0, :next_at, :now,
        :now)
ON CONFLICT (mhash) WHERE state = 'active' DO NOTHING;

-- name: same^
SELECT number, id, sender_id, every, first_at, zone, last_day, times, messages, state, turn, next_at, created_at
FROM schedule WHERE mhash = ANY(:mhashes) AND state = 'active';

-- name: insert_secret!
INSERT INTO schedule_secret (id, sealed_key) VALUES (:id, :sealed_key);

-- name: insert_content!
INSERT INTO schedule_content (id, sealed) VALUES (:id, :sealed);

-- name: erase_secret!
DELETE FROM schedule_secret WHERE id = :id;

-- name: erase_content!
DELETE FROM schedule_content WHERE id = :id;

-- name: schedule^
SELECT number, id, sender_id, every, first_at, zone, last_day, times, messages, state, turn, next_at, created_at
FROM schedule WHERE id = :id;

-- name: sealed^
SELECT k.sealed_key, c.sealed FROM schedule_secret k JOIN schedule_content c ON c.id = k.id WHERE k.id = :id;

-- name: schedules
SELECT number, id, sender_id, every, first_at, zone, last_day, times, messages, state, turn, next_at, created_at
FROM schedule
WHERE (CAST(:sender_id AS TEXT) = '' OR sender_id = :sender_id)
  AND (CAST(:before AS BIGINT) = 0 OR number < :before)
ORDER BY number DESC LIMIT :limit;

-- name: active$
SELECT COUNT(*) FROM schedule WHERE sender_id = :sender_id AND state = 'active';

-- name: hold!
-- Whoever comes to a turn that another has taken, or to a schedule that was cancelled, finds nothing to do.
UPDATE schedule SET changed_at = :now WHERE id = :id AND state = 'active' AND turn = :turn;

-- name: move!
UPDATE schedule SET turn = :turn, next_at = :next_at, state = :state, changed_at = :now WHERE id = :id;

-- name: cancel!
UPDATE schedule SET state = 'cancelled', next_at = '', changed_at = :now WHERE id = :id AND state = 'active';

-- name: of_closed
SELECT c.id FROM schedule c JOIN sender s ON s.id = c.sender_id
WHERE c.state = 'active' AND s.state = 'closed' ORDER BY c.number LIMIT :limit;

-- name: insert_turn!
INSERT INTO schedule_turn (schedule_id, turn, due_at, outcome, request_id, at)
VALUES (:schedule_id, :turn, :due_at, :outcome, :request_id, :at);

-- name: turns
SELECT turn, due_at, outcome, request_id, at FROM schedule_turn
WHERE schedule_id = :schedule_id ORDER BY turn DESC LIMIT :limit;
