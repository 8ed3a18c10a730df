-- name: add!
INSERT INTO share (
    event_id, person_id, partner_id, purpose, attributes, state, request_print, created_at, expires_at, fetched_at, document
)
VALUES (
    :event_id, :person_id, :partner_id, :purpose, :attributes, :state, :request_print, :created_at, :expires_at, '', :document
);

-- name: by_id^
SELECT * FROM share WHERE event_id = :event_id;

-- name: by_print^
SELECT * FROM share WHERE request_print = :request_print;

-- name: count_since$
SELECT COUNT(*) FROM share WHERE person_id = :person_id AND created_at > :since AND created_at <= :until;

-- name: of_person
SELECT * FROM share WHERE person_id = :person_id ORDER BY created_at DESC, event_id DESC LIMIT :limit;

-- name: for_partners
SELECT * FROM share WHERE partner_id = ANY(:partners) AND state IN ('ready', 'fetched') AND expires_at > :now
ORDER BY created_at, event_id LIMIT :limit OFFSET :offset;

-- name: move!
UPDATE share SET state = :state, fetched_at = :fetched_at, document = :document WHERE event_id = :event_id AND state = :before;

-- name: forget!
UPDATE share SET document = :nothing WHERE expires_at <= :now AND document <> :nothing;
