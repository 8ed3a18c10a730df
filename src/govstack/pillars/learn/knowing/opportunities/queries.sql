-- name: add!
INSERT INTO contribution (id, community_id, person_id, opportunity, role, effort_hours, due_on, state, note_sealed, created_at, changed_at)
VALUES (:id, :community_id, :person_id, :opportunity, :role, :effort_hours, :due_on, 'open', NULL, :at, :at);

-- name: by_id^
SELECT id, community_id, person_id, opportunity, role, effort_hours, due_on, state, note_sealed, created_at, changed_at
FROM contribution WHERE id = :id;

-- name: of_person
SELECT id, community_id, person_id, opportunity, role, effort_hours, due_on, state, note_sealed, created_at, changed_at
FROM contribution WHERE person_id = :person_id ORDER BY id DESC LIMIT :limit;

-- name: of_community
SELECT id, community_id, person_id, opportunity, role, effort_hours, due_on, state, note_sealed, created_at, changed_at
FROM contribution WHERE community_id = :community_id AND id > :after ORDER BY id LIMIT :limit;

-- name: change!
-- From the state that was read alone, so that two changes at once follow each other.
UPDATE contribution SET state = :state, note_sealed = :note_sealed, changed_at = :at WHERE id = :id AND state = :before;

-- name: forget!
DELETE FROM contribution WHERE person_id = :person_id;

-- name: contributors
SELECT DISTINCT person_id FROM contribution
WHERE community_id = :community_id AND state = 'confirmed' AND person_id > :after ORDER BY person_id LIMIT :limit;

-- name: count_contributors$
SELECT COUNT(DISTINCT person_id) FROM contribution WHERE community_id = :community_id AND state = 'confirmed';
