-- name: remember!
INSERT INTO known_browser (person_id, name, at) VALUES (:person_id, :name, :at)
ON CONFLICT (person_id, name) DO UPDATE SET at = excluded.at;

-- name: forget_old!
DELETE FROM known_browser WHERE at < :before;

-- name: forget!
DELETE FROM known_browser WHERE person_id = :person_id;

-- name: is_known$
SELECT COUNT(*) FROM known_browser
WHERE person_id = :person_id AND name = :name AND at >= :since AND at <= :latest;
