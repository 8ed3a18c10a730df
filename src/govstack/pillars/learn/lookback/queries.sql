-- name: add!
INSERT INTO badge_look_back (id, kind, source_id, achievement_id, state, place, whole, looked, reached, awarded,
    started_at, decided_at, ended_at)
VALUES (:id, :kind, :source_id, :achievement_id, 'counting', '', :whole, 0, 0, 0, :started_at, '', '')
ON CONFLICT DO NOTHING;

-- name: open^
SELECT id, kind, source_id, achievement_id, state, place, whole, looked, reached, awarded, started_at, decided_at, ended_at
FROM badge_look_back WHERE kind = :kind AND source_id = :source_id AND achievement_id = :achievement_id
    AND state IN ('counting', 'counted', 'awarding');

-- name: by_id^
SELECT id, kind, source_id, achievement_id, state, place, whole, looked, reached, awarded, started_at, decided_at, ended_at
FROM badge_look_back WHERE id = :id;

-- name: go_on!
-- From the place that was read alone: of two runs one looks at each part.
UPDATE badge_look_back SET place = :place, looked = looked + :looked, reached = reached + :reached,
    awarded = awarded + :awarded
WHERE id = :id AND state = :state AND place = :before;

-- name: award!
UPDATE badge_look_back SET state = 'awarding', place = '', looked = 0, whole = :whole, decided_at = :at
WHERE id = :id AND state = 'counted';

-- name: finish!
UPDATE badge_look_back SET state = :following, place = '', ended_at = :ended_at WHERE id = :id AND state = :state;

-- name: stop!
UPDATE badge_look_back SET state = 'stopped', place = '', ended_at = :at
WHERE id = :id AND state IN ('counting', 'counted', 'awarding');
