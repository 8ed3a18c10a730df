-- Answers: taken in once, passed on, and without content afterwards.

-- name: insert_reply^
INSERT INTO reply (id, request_id, digest, content_bytes, received_at)
VALUES (:id, :request_id, :digest, :content_bytes, :received_at)
ON CONFLICT (request_id, digest) DO NOTHING
RETURNING id;

-- name: known_reply$
SELECT id FROM reply WHERE request_id = :request_id AND digest = ANY(:digests) LIMIT 1;

-- name: insert_content!
INSERT INTO reply_content (id, sealed) VALUES (:id, :sealed);

-- name: erase_content!
DELETE FROM reply_content WHERE id = :id;

-- name: add_event!
INSERT INTO reply_event (reply_id, sequence, state, response_code, reason, at)
VALUES (:reply_id, :sequence, :state, :response_code, :reason, :at)
ON CONFLICT (reply_id, sequence) DO NOTHING;

-- name: order^
SELECT p.id, p.request_id, r.callback, p.received_at, e.sequence, e.state, c.sealed
FROM reply p
JOIN message_request r ON r.id = p.request_id
JOIN reply_event e ON e.reply_id = p.id AND NOT EXISTS (
    SELECT 1 FROM reply_event n WHERE n.reply_id = e.reply_id AND n.sequence > e.sequence
)
LEFT JOIN reply_content c ON c.id = p.id
WHERE p.id = :id;
