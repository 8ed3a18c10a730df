-- name: put!
INSERT INTO learning_path (id, document, created_at, changed_at) VALUES (:id, :document, :at, :at)
ON CONFLICT (id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at;

-- name: add!
INSERT INTO learning_path (id, document, created_at, changed_at) VALUES (:id, :document, :at, :at)
ON CONFLICT (id) DO NOTHING;

-- name: held^
-- Whoever changes a path holds it, so that what others change of it meanwhile is not lost.
UPDATE learning_path SET changed_at = changed_at WHERE id = :id RETURNING document;

-- name: paths
SELECT document FROM learning_path ORDER BY id LIMIT :limit;
