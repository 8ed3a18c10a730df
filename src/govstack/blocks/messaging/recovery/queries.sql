-- Extending requests and sending messages again. All of it only adds.

-- name: request^
SELECT r.id, r.sender_id, r.mhash, r.urgent, r.received_at,
       COALESCE((SELECT MAX(x.until) FROM request_extension x WHERE x.request_id = r.id AND x.until > r.expires_at),
                r.expires_at) AS until
FROM message_request r WHERE r.id = :id;

-- name: standings
SELECT m.id, m.recipient_hash, e.sequence, e.state, e.reason
FROM message m JOIN message_event e ON e.message_id = m.id
WHERE m.request_id = :request_id AND NOT EXISTS (
    SELECT 1 FROM message_event n WHERE n.message_id = e.message_id AND n.sequence > e.sequence
)
ORDER BY m.number;

-- name: add_extension!
INSERT INTO request_extension (request_id, until, reason, at) VALUES (:request_id, :until, :reason, :at);

-- name: put_secret!
-- Whoever takes the letter away waits here, or we for them: neither sees half of what the other does.
INSERT INTO message_secret (id, request_id, sealed_key) VALUES (:id, :request_id, :sealed_key)
ON CONFLICT (id) DO UPDATE SET sealed_key = excluded.sealed_key;

-- name: put_content!
INSERT INTO message_content (id, sealed) VALUES (:id, :sealed)
ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed;

-- name: add_event!
INSERT INTO message_event (message_id, sequence, state, reason, provider, response_code, at)
VALUES (:message_id, :sequence, :state, '', '', 0, :at);
