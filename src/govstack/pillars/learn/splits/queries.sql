-- name: put!
INSERT INTO self_description (person_id, dimension, value_sealed, at)
VALUES (:person_id, :dimension, :value_sealed, :at)
ON CONFLICT (person_id, dimension) DO UPDATE SET value_sealed = excluded.value_sealed, at = excluded.at;

-- name: remove!
DELETE FROM self_description WHERE person_id = :person_id;

-- name: said
SELECT person_id, dimension, value_sealed FROM self_description
WHERE person_id = ANY(:person_ids) AND dimension = ANY(:dimensions);

-- name: kept_no_longer!
DELETE FROM self_description WHERE NOT (dimension = ANY(:dimensions));

-- name: let_go!
DELETE FROM self_description WHERE at < :before;
