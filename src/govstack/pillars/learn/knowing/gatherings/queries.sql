-- name: register!
-- Whoever says again that they come, and names no needs, keeps those they named.
INSERT INTO gathering_attendant (id, gathering_id, person_id, came, at, needs_sealed)
VALUES (:id, :gathering_id, :person_id, 0, :at, :needs_sealed)
ON CONFLICT (gathering_id, person_id) DO UPDATE SET needs_sealed = excluded.needs_sealed, needs_met = 0
WHERE excluded.needs_sealed IS NOT NULL;

-- name: withdraw!
DELETE FROM gathering_attendant WHERE gathering_id = :gathering_id AND person_id = :person_id AND came = 0;

-- name: came!
INSERT INTO gathering_attendant (id, gathering_id, person_id, came, at)
VALUES (:id, :gathering_id, :person_id, :came, :at)
ON CONFLICT (gathering_id, person_id) DO UPDATE SET came = excluded.came;

-- name: attendants
SELECT person_id, came, needs_sealed, needs_met FROM gathering_attendant
WHERE gathering_id = :gathering_id AND person_id IS NOT NULL ORDER BY person_id LIMIT :limit;

-- name: counts^
SELECT COUNT(*) AS registered, COALESCE(SUM(came), 0) AS came FROM gathering_attendant WHERE gathering_id = :gathering_id;

-- name: forget!
UPDATE gathering_attendant SET person_id = NULL, needs_sealed = NULL WHERE person_id = :person_id;

-- name: meet_needs!
UPDATE gathering_attendant SET needs_met = :met
WHERE gathering_id = :gathering_id AND person_id = :person_id AND needs_sealed IS NOT NULL;

-- name: let_go_needs!
UPDATE gathering_attendant SET needs_sealed = NULL
WHERE needs_sealed IS NOT NULL AND gathering_id = ANY(:gathering_ids);

-- name: needing
SELECT DISTINCT gathering_id FROM gathering_attendant WHERE needs_sealed IS NOT NULL ORDER BY gathering_id;

-- name: let_go!
UPDATE gathering_attendant SET person_id = NULL, needs_sealed = NULL WHERE person_id IS NOT NULL AND at < :before;
