-- name: add!
INSERT INTO signature (id, record_id, revision_id, content) VALUES (:id, :record_id, :revision_id, :content);

-- name: by_ids
SELECT id, content FROM signature WHERE id = ANY(:ids);

-- name: of_record
SELECT id, content FROM signature WHERE record_id = :record_id ORDER BY id;

-- name: forget!
UPDATE signature SET content = NULL WHERE record_id = :record_id;
