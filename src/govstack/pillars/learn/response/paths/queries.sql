-- name: put!
INSERT INTO learning_path (id, document, created_at, changed_at) VALUES (:id, :document, :at, :at)
ON CONFLICT (id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at;

-- name: paths
SELECT document FROM learning_path ORDER BY id LIMIT :limit;
