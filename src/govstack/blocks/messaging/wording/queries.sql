-- Wordings: versions are only ever added, the latest is in use.

-- name: latest^
SELECT number, sender_id, channel, name, version, fallback, fields, texts, retired, created_by, created_at
FROM wording_version
WHERE sender_id = :sender_id AND channel = :channel AND name = :name
ORDER BY version DESC LIMIT 1;

-- name: wordings
SELECT w.number, w.sender_id, w.channel, w.name, w.version, w.fallback, w.fields, w.texts, w.retired, w.created_by,
       w.created_at
FROM wording_version w
WHERE (CAST(:sender_id AS TEXT) = '' OR w.sender_id = :sender_id)
  AND (CAST(:before AS BIGINT) = 0 OR w.number < :before)
  AND NOT w.retired AND NOT EXISTS (
    SELECT 1 FROM wording_version n
    WHERE n.sender_id = w.sender_id AND n.channel = w.channel AND n.name = w.name AND n.version > w.version
  )
ORDER BY w.number DESC LIMIT :limit;

-- name: names$
SELECT COUNT(DISTINCT name) FROM wording_version WHERE sender_id = :sender_id;

-- name: add!
INSERT INTO wording_version (sender_id, channel, name, version, fallback, fields, texts, retired, created_by, created_at)
VALUES (:sender_id, :channel, :name, :version, :fallback, :fields, :texts, :retired, :created_by, :created_at)
ON CONFLICT (sender_id, channel, name, version) DO NOTHING;
