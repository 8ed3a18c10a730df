-- Sending: a message with what is sealed of it, the next event, and the erasure at the end.

-- name: order^
SELECT m.id, m.request_id, m.channel, r.urgent, e.sequence, e.state, r.sender_id,
       COALESCE((SELECT MAX(x.until) FROM request_extension x WHERE x.request_id = r.id AND x.until > r.expires_at),
                r.expires_at) AS expires_at,
       (SELECT COUNT(*) FROM message_event f WHERE f.message_id = m.id AND f.state = 'errored' AND NOT EXISTS (
           SELECT 1 FROM message_event q WHERE q.message_id = m.id AND q.state = 'queued' AND q.sequence > f.sequence
       )) AS errors,
       mk.sealed_key AS recipient_key, mc.sealed AS recipient, rk.sealed_key AS letter_key, rc.sealed AS letter
FROM message m
JOIN message_request r ON r.id = m.request_id
JOIN message_event e ON e.message_id = m.id AND NOT EXISTS (
    SELECT 1 FROM message_event n WHERE n.message_id = e.message_id AND n.sequence > e.sequence
)
LEFT JOIN message_secret mk ON mk.id = m.id
LEFT JOIN message_content mc ON mc.id = m.id
LEFT JOIN message_secret rk ON rk.id = r.id
LEFT JOIN message_content rc ON rc.id = r.id
WHERE m.id = :id;

-- name: add_event!
INSERT INTO message_event (message_id, sequence, state, reason, provider, response_code, at)
VALUES (:message_id, :sequence, :state, :reason, :provider, :response_code, :at)
ON CONFLICT (message_id, sequence) DO NOTHING;

-- name: insert_part!
INSERT INTO message_part (message_id, part, parts, provider, provider_id, at)
VALUES (:message_id, :part, :parts, :provider, :provider_id, :at);

-- name: taken
SELECT DISTINCT provider, part FROM message_part WHERE message_id = :message_id;

-- name: part^
-- A provider may use an id again after a long time: the latest counts.
SELECT message_id, part, parts, provider FROM message_part
WHERE provider = :provider AND provider_id = :provider_id ORDER BY number DESC LIMIT 1;

-- name: add_receipt!
INSERT INTO part_receipt (message_id, part, fate, at) VALUES (:message_id, :part, :fate, :at)
ON CONFLICT (message_id, part) DO NOTHING;

-- name: fates
SELECT fate FROM part_receipt WHERE message_id = :message_id;

-- name: await_receipt!
INSERT INTO awaited (message_id, until) VALUES (:message_id, :until) ON CONFLICT (message_id) DO NOTHING;

-- name: await_no_more!
DELETE FROM awaited WHERE message_id = :message_id;

-- name: overdue
SELECT message_id FROM awaited WHERE until <= :now ORDER BY until LIMIT :limit;

-- name: erase_secret!
DELETE FROM message_secret WHERE id = :id;

-- name: erase_content!
DELETE FROM message_content WHERE id = :id;

-- name: is_needed$
SELECT 1 FROM message_secret WHERE request_id = :request_id AND id <> :request_id LIMIT 1;

-- name: hold_letter!
-- Whoever sends messages of the request again waits here for whoever takes the letter away, and the other way round.
UPDATE message_secret SET request_id = request_id WHERE id = :id;

-- name: left_over
-- Letters whose messages have all come to their end: two that ended in the same moment did not see each other.
SELECT s.id FROM message_secret s
WHERE s.id = s.request_id AND NOT EXISTS (
    SELECT 1 FROM message_secret other WHERE other.request_id = s.request_id AND other.id <> s.id
)
LIMIT :limit;
