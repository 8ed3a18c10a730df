-- name: add!
INSERT INTO authenticator (id, person_id, name, content, confirmed, last_step, made_at, used_at)
VALUES (:id, :person_id, :name, :content, FALSE, 0, :made_at, '');

-- name: listed
SELECT id, person_id, name, content, confirmed, last_step, made_at, used_at FROM authenticator
WHERE person_id = :person_id ORDER BY made_at, id LIMIT :limit;

-- name: use!
UPDATE authenticator SET last_step = :step, used_at = :now, confirmed = TRUE WHERE id = :id AND last_step < :step;

-- name: remove!
DELETE FROM authenticator WHERE id = :id AND person_id = :person_id;

-- name: remove_all!
DELETE FROM authenticator WHERE person_id = :person_id;

-- name: forget_begun!
DELETE FROM authenticator WHERE person_id = :person_id AND confirmed = FALSE;
