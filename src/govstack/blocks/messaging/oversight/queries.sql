-- What administrators look at.

-- name: requests
SELECT r.number, r.id, r.sender_id, s.organisation_name, r.kind, r.urgent, r.messages, r.received_at,
       r.channel
FROM message_request r JOIN sender s ON s.id = r.sender_id
WHERE (CAST(:before AS BIGINT) = 0 OR r.number < :before)
ORDER BY r.number DESC LIMIT :limit;

-- name: request^
SELECT r.number, r.id, r.sender_id, s.organisation_name, r.kind, r.urgent, r.messages, r.received_at,
       r.channel,
       COALESCE((SELECT MAX(x.until) FROM request_extension x WHERE x.request_id = r.id AND x.until > r.expires_at),
                r.expires_at) AS until
FROM message_request r JOIN sender s ON s.id = r.sender_id
WHERE r.id = :id;

-- name: hours
SELECT substr(at, 1, 13) AS hour, state, COUNT(*) AS messages FROM message_event
WHERE at >= :since GROUP BY substr(at, 1, 13), state;

-- name: under_way$
SELECT COUNT(*) FROM message_secret WHERE id <> request_id;
