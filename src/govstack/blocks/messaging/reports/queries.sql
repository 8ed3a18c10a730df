-- Delivery reports: a message that was delivered is written down as refused after all.

-- name: standing^
SELECT m.id, m.request_id, r.sender_id, m.recipient_hash, e.sequence, e.state
FROM message m
JOIN message_request r ON r.id = m.request_id
JOIN message_event e ON e.message_id = m.id AND NOT EXISTS (
    SELECT 1 FROM message_event n WHERE n.message_id = e.message_id AND n.sequence > e.sequence
)
WHERE m.id = :id;

-- name: add_event!
INSERT INTO message_event (message_id, sequence, state, reason, provider, response_code, at)
VALUES (:message_id, :sequence, :state, :reason, :provider, :response_code, :at)
ON CONFLICT (message_id, sequence) DO NOTHING;
