-- name: declare!
INSERT INTO review_voice (round_id, person_id, conflict, decision, comment, at)
VALUES (:round_id, :person_id, :conflict, '', '', :at)
ON CONFLICT (round_id, person_id) DO UPDATE SET conflict = excluded.conflict, at = excluded.at;

-- name: decide!
UPDATE review_voice SET decision = :decision, comment = :comment, at = :at
WHERE round_id = :round_id AND person_id = :person_id;

-- name: voices
SELECT person_id, conflict, decision, comment, at FROM review_voice WHERE round_id = :round_id ORDER BY at, person_id;

-- name: people_of
SELECT round_id, person_id FROM review_voice ORDER BY round_id, person_id LIMIT :limit;

-- name: forget!
UPDATE review_voice SET comment = '', conflict = CASE conflict WHEN 'none' THEN 'none' ELSE 'declared' END
WHERE person_id = :person_id;
