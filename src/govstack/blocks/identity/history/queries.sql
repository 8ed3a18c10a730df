-- name: add!
INSERT INTO identity_event (event_id, person_id, kind, status, summary, at, info)
VALUES (:event_id, :person_id, :kind, :status, :summary, :at, :info)
ON CONFLICT (event_id) DO NOTHING;

-- name: by_id^
SELECT event_id, person_id, kind, status, summary, at, info FROM identity_event WHERE event_id = :event_id;

-- name: settle!
UPDATE identity_event SET status = :status, info = :info WHERE event_id = :event_id;

-- name: count$
SELECT COUNT(*) FROM identity_event
WHERE person_id = :person_id AND at >= :since AND at < :before AND kind = ANY(:kinds) AND status = ANY(:statuses)
    AND event_id LIKE :pattern;

-- name: ascending
SELECT event_id, person_id, kind, status, summary, at, info FROM identity_event
WHERE person_id = :person_id AND at >= :since AND at < :before AND kind = ANY(:kinds) AND status = ANY(:statuses)
    AND event_id LIKE :pattern
ORDER BY at, event_id LIMIT :limit OFFSET :offset;

-- name: descending
SELECT event_id, person_id, kind, status, summary, at, info FROM identity_event
WHERE person_id = :person_id AND at >= :since AND at < :before AND kind = ANY(:kinds) AND status = ANY(:statuses)
    AND event_id LIKE :pattern
ORDER BY at DESC, event_id DESC LIMIT :limit OFFSET :offset;
