-- name: add!
INSERT INTO webhook (id, payload_url, content_type, disabled, secret, created_at)
VALUES (:id, :payload_url, :content_type, :disabled, :secret, :created_at);

-- name: change!
UPDATE webhook SET payload_url = :payload_url, content_type = :content_type, disabled = :disabled, secret = :secret
WHERE id = :id;

-- name: remove!
DELETE FROM webhook WHERE id = :id;

-- name: by_id^
SELECT id, payload_url, content_type, disabled, secret FROM webhook WHERE id = :id;

-- name: listed
SELECT id, payload_url, content_type, disabled, secret FROM webhook
ORDER BY created_at, id LIMIT :limit OFFSET :offset;

-- name: count$
SELECT COUNT(*) FROM webhook;

-- name: is_on$
SELECT enabled FROM notice_switch WHERE id = 1;

-- name: switch!
UPDATE notice_switch SET enabled = :enabled WHERE id = 1;
