-- Taking in requests. Messages and their events are only ever added.

-- name: claim_hash!
-- Of two same requests at once the second waits here for the first, and then finds it.
INSERT INTO recent_request (mhash, request_id, until) VALUES (:mhash, :request_id, :until)
ON CONFLICT (mhash) DO UPDATE SET request_id = excluded.request_id, until = excluded.until
WHERE recent_request.until <= :now;

-- name: recent$
SELECT request_id FROM recent_request WHERE mhash = ANY(:mhashes) AND until > :now LIMIT 1;

-- name: hold_pace^
UPDATE sender_pace SET used = used WHERE sender_id = :sender_id
RETURNING slot_at, used, day, day_messages;

-- name: move_pace!
UPDATE sender_pace SET slot_at = :slot_at, used = :used, day = :day, day_messages = :day_messages
WHERE sender_id = :sender_id;

-- name: insert_request!
INSERT INTO message_request (id, sender_id, kind, urgent, mhash, messages, content_bytes, callback, received_at,
                             expires_at, correlation_id, channel)
VALUES (:id, :sender_id, :kind, :urgent, :mhash, :messages, :content_bytes, :callback, :received_at, :expires_at,
        :correlation_id, :channel)
ON CONFLICT (id) DO NOTHING;

-- name: insert_tally!
INSERT INTO request_tally (request_id, status, messages) VALUES (:request_id, :status, :messages)
ON CONFLICT (request_id, status) DO NOTHING;

-- name: request^
SELECT id, sender_id, kind, urgent, messages, content_bytes, callback, received_at, expires_at, channel
FROM message_request WHERE id = :id;

-- name: latest_to^
SELECT m.id AS message_id, m.request_id, r.sender_id FROM message m JOIN message_request r ON r.id = m.request_id
WHERE m.recipient_hash = ANY(:hashes) AND m.channel = :channel AND r.received_at >= :since
ORDER BY m.number DESC LIMIT 1;

-- name: counts
SELECT e.state, e.reason, (m.due_at > :now) AS later, COUNT(*) AS messages
FROM message m JOIN message_event e ON e.message_id = m.id
WHERE m.request_id = :request_id AND NOT EXISTS (
    SELECT 1 FROM message_event n WHERE n.message_id = e.message_id AND n.sequence > e.sequence
)
GROUP BY e.state, e.reason, (m.due_at > :now);

-- name: tally
SELECT status, messages FROM request_tally WHERE request_id = :request_id;

-- name: forget_recent!
DELETE FROM recent_request WHERE mhash IN (SELECT mhash FROM recent_request WHERE until <= :now LIMIT :limit);
