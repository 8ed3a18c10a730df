-- name: add!
INSERT INTO policy (id, revision_id, deleted, created_at) VALUES (:id, :revision_id, FALSE, :created_at);

-- name: revise!
-- A new revision takes the place of the one that was read; nobody else may have come in between.
UPDATE policy SET revision_id = :revision_id, deleted = :deleted WHERE id = :id AND revision_id = :previous_id;

-- name: by_id^
SELECT id, revision_id, deleted FROM policy WHERE id = :id;

-- name: listed
SELECT id, revision_id, deleted FROM policy WHERE NOT deleted
ORDER BY created_at, id LIMIT :limit OFFSET :offset;

-- name: held^
SELECT id, revision_id, deleted FROM policy WHERE id = :id;

-- name: held__postgres^
SELECT id, revision_id, deleted FROM policy WHERE id = :id FOR NO KEY UPDATE;
