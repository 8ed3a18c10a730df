-- name: keep!
INSERT INTO qti_kept (id, package, file_name, identifier, reason, content, kept_at)
VALUES (:id, :package, :file_name, :identifier, :reason, :content, :kept_at) ON CONFLICT (id) DO NOTHING;

-- name: kept
SELECT id, package, file_name, identifier, reason, kept_at FROM qti_kept WHERE id > :after ORDER BY id LIMIT :limit;

-- name: one^
SELECT id, package, file_name, identifier, reason, kept_at, content FROM qti_kept WHERE id = :id;
