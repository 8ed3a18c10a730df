-- name: register!
INSERT INTO gathering_attendant (id, gathering_id, person_id, came, at)
VALUES (:id, :gathering_id, :person_id, 0, :at)
ON CONFLICT (gathering_id, person_id) DO NOTHING;

-- name: withdraw!
DELETE FROM gathering_attendant WHERE gathering_id = :gathering_id AND person_id = :person_id AND came = 0;

-- name: came!
INSERT INTO gathering_attendant (id, gathering_id, person_id, came, at)
VALUES (:id, :gathering_id, :person_id, :came, :at)
ON CONFLICT (gathering_id, person_id) DO UPDATE SET came = excluded.came;

-- name: attendants
SELECT person_id, came FROM gathering_attendant
WHERE gathering_id = :gathering_id AND person_id IS NOT NULL ORDER BY person_id LIMIT :limit;

-- name: counts^
SELECT COUNT(*) AS registered, COALESCE(SUM(came), 0) AS came FROM gathering_attendant WHERE gathering_id = :gathering_id;

-- name: forget!
UPDATE gathering_attendant SET person_id = NULL WHERE person_id = :person_id;

-- name: let_go!
UPDATE gathering_attendant SET person_id = NULL WHERE person_id IS NOT NULL AND at < :before;
