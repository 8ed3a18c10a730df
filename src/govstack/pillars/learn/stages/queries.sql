-- name: add!
INSERT INTO artefact (id, of_kind, of_id, stage, title, words, made_by, made_at)
VALUES (:id, :of_kind, :of_id, :stage, :title, :words, :made_by, :made_at);

-- name: artefacts
SELECT id, stage, title, words, made_by, made_at FROM artefact WHERE of_kind = :of_kind AND of_id = :of_id
ORDER BY made_at, id LIMIT :limit;
