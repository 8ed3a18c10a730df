-- The log of published events, and their payloads beside it.

-- name: next_sequence$
-- Whoever changes the row first publishes first: numbers of a key become visible in their order.
INSERT INTO event_sequence (event_type_id, key, last) VALUES (:event_type_id, :key, 1)
ON CONFLICT (event_type_id, key) DO UPDATE SET last = event_sequence.last + 1
RETURNING last;

-- name: insert_event$
INSERT INTO event (id, room, event_type, publisher, request_key, digest, key, sequence, payload_bytes, received_at,
                   stopped_by, stopped_at, correlation_id)
VALUES (:id, :room, :event_type, :publisher, :request_key, :digest, :key, :sequence, :payload_bytes, :received_at, '',
        '', :correlation_id)
RETURNING number;

-- name: insert_payload!
INSERT INTO event_payload (event_number, content, kept_until) VALUES (:event_number, :content, :kept_until);

-- name: by_request^
SELECT id, event_type, digest FROM event
WHERE room = :room AND publisher = :publisher AND request_key = :request_key;

-- name: event^
SELECT e.number, e.id, e.room, e.event_type, e.publisher, e.digest, e.key, e.sequence, e.payload_bytes, e.received_at,
       e.stopped_by, e.stopped_at, e.correlation_id, p.content
FROM event e LEFT JOIN event_payload p ON p.event_number = e.number
WHERE e.id = :id;

-- name: stop!
UPDATE event SET stopped_by = :stopped_by, stopped_at = :stopped_at WHERE number = :number AND stopped_at = '';
