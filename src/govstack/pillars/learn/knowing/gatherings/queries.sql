-- name: register!
-- Whoever says again that they come keeps their place.
INSERT INTO gathering_attendant (id, gathering_id, person_id, came, at, needs_sealed, waiting, ministry_id, gender)
VALUES (:id, :gathering_id, :person_id, 0, :at, :needs_sealed, :waiting, :ministry_id, :gender)
ON CONFLICT (gathering_id, person_id) DO NOTHING;

-- name: need!
UPDATE gathering_attendant SET needs_sealed = :needs_sealed, needs_met = 0
WHERE gathering_id = :gathering_id AND person_id = :person_id;

-- name: came_to
SELECT gathering_id, COUNT(*) AS came FROM gathering_attendant
WHERE gathering_id = ANY(:gathering_ids) AND came = 1 GROUP BY gathering_id;

-- name: of_person
SELECT gathering_id, person_id, came, needs_sealed, needs_met, waiting, ministry_id, gender FROM gathering_attendant
WHERE person_id = :person_id ORDER BY at DESC, id LIMIT :limit;

-- name: lock!
INSERT INTO gathering_seating (gathering_id, seats, quotas) VALUES (:gathering_id, NULL, '[]')
ON CONFLICT (gathering_id) DO UPDATE SET gathering_id = excluded.gathering_id;

-- name: seating^
SELECT seats, quotas FROM gathering_seating WHERE gathering_id = :gathering_id;

-- name: put_seating!
UPDATE gathering_seating SET seats = :seats, quotas = :quotas WHERE gathering_id = :gathering_id;

-- name: seated
-- Whoever was erased before an event has no seat any more.
SELECT ministry_id, gender, COUNT(*) AS people FROM gathering_attendant
WHERE gathering_id = :gathering_id AND waiting = 0 AND (person_id IS NOT NULL OR came = 1) GROUP BY ministry_id, gender;

-- name: waiting
SELECT person_id, came, needs_sealed, needs_met, waiting, ministry_id, gender FROM gathering_attendant
WHERE gathering_id = :gathering_id AND waiting = 1 AND person_id IS NOT NULL ORDER BY at, id LIMIT :limit;

-- name: seat!
UPDATE gathering_attendant SET waiting = 0 WHERE gathering_id = :gathering_id AND person_id = :person_id;

-- name: belong*!
UPDATE gathering_attendant SET ministry_id = :ministry_id, gender = :gender
WHERE gathering_id = :gathering_id AND person_id = :person_id;

-- name: unsort!
UPDATE gathering_attendant SET ministry_id = '', gender = 'unstated' WHERE gathering_id = :gathering_id;

-- name: has^
SELECT 1 AS known FROM gathering_attendant WHERE gathering_id = :gathering_id AND person_id = :person_id;

-- name: free
SELECT gathering_seating.gathering_id, gathering_seating.seats, COUNT(gathering_attendant.id) AS taken
FROM gathering_seating LEFT JOIN gathering_attendant
    ON gathering_attendant.gathering_id = gathering_seating.gathering_id AND gathering_attendant.waiting = 0
    AND (gathering_attendant.person_id IS NOT NULL OR gathering_attendant.came = 1)
WHERE gathering_seating.gathering_id = ANY(:gathering_ids) AND gathering_seating.seats IS NOT NULL
GROUP BY gathering_seating.gathering_id, gathering_seating.seats;

-- name: coming_of
SELECT gathering_id FROM gathering_attendant WHERE person_id = :person_id AND came = 0;

-- name: withdraw!
DELETE FROM gathering_attendant WHERE gathering_id = :gathering_id AND person_id = :person_id AND came = 0;

-- name: came!
INSERT INTO gathering_attendant (id, gathering_id, person_id, came, at)
VALUES (:id, :gathering_id, :person_id, :came, :at)
ON CONFLICT (gathering_id, person_id) DO UPDATE SET came = excluded.came,
    waiting = CASE WHEN excluded.came = 1 THEN 0 ELSE gathering_attendant.waiting END;

-- name: attendants
SELECT person_id, came, needs_sealed, needs_met, waiting, ministry_id, gender FROM gathering_attendant
WHERE gathering_id = :gathering_id AND person_id IS NOT NULL
ORDER BY waiting, CASE WHEN waiting = 1 THEN at ELSE person_id END, id LIMIT :limit;

-- name: counts^
SELECT COUNT(*) - COALESCE(SUM(waiting), 0) AS registered, COALESCE(SUM(came), 0) AS came,
    COALESCE(SUM(waiting), 0) AS waiting
FROM gathering_attendant WHERE gathering_id = :gathering_id;

-- name: forget_waiting!
DELETE FROM gathering_attendant WHERE person_id = :person_id AND waiting = 1;

-- name: forget!
UPDATE gathering_attendant SET person_id = NULL, needs_sealed = NULL, ministry_id = '', gender = 'unstated'
WHERE person_id = :person_id;

-- name: meet_needs!
UPDATE gathering_attendant SET needs_met = :met
WHERE gathering_id = :gathering_id AND person_id = :person_id AND needs_sealed IS NOT NULL;

-- name: let_go_needs!
UPDATE gathering_attendant SET needs_sealed = NULL
WHERE needs_sealed IS NOT NULL AND gathering_id = ANY(:gathering_ids);

-- name: needing
SELECT DISTINCT gathering_id FROM gathering_attendant WHERE needs_sealed IS NOT NULL ORDER BY gathering_id;

-- name: let_go!
UPDATE gathering_attendant SET person_id = NULL, needs_sealed = NULL, ministry_id = '', gender = 'unstated'
WHERE person_id IS NOT NULL AND at < :before;
