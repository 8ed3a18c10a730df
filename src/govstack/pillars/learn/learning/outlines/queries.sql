-- name: add!
INSERT INTO outline (id, name, version, language, state, lessons, course_id, made_by, decided_by, created_at, changed_at)
VALUES (:id, :name, :version, :language, 'draft', :lessons, '', :made_by, '', :created_at, :created_at);

-- name: by_id^
SELECT id, name, version, language, state, lessons, course_id, made_by, decided_by, created_at, changed_at
FROM outline WHERE id = :id;

-- name: listed
SELECT id, name, version, language, state, lessons, course_id, made_by, decided_by, created_at, changed_at
FROM outline WHERE id > :after ORDER BY id LIMIT :limit;

-- name: decide!
UPDATE outline SET state = :state, course_id = :course_id, decided_by = :decided_by, changed_at = :changed_at
WHERE id = :id AND state = 'draft';

-- name: revise!
UPDATE outline SET version = :version, lessons = :lessons, changed_at = :changed_at
WHERE id = :id AND changed_at = :before;
