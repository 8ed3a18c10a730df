-- name: keys
SELECT generation, sealed FROM registry_key WHERE registry_id = :registry_id ORDER BY generation DESC;

-- name: add_key!
INSERT INTO registry_key (registry_id, generation, sealed, set_at, set_by)
VALUES (:registry_id, :generation, :sealed, :set_at, :set_by);
