-- name: put!
INSERT INTO offering_word (kind, id, document, created_at) VALUES (:kind, :id, :document, :created_at)
ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document;

-- name: terms
SELECT document FROM offering_word ORDER BY created_at, kind, id LIMIT :limit;
