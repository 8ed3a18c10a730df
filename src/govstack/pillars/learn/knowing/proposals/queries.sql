-- name: add!
INSERT INTO proposal (id, subject, about_id, person_id, name, text, sources, created_at, state, reason, decided_by)
VALUES (:id, :subject, :about_id, :person_id, :name, :text, :sources, :created_at, 'waiting', '', '')
ON CONFLICT DO NOTHING;

-- name: proposed_since$
SELECT COUNT(*) FROM proposal WHERE person_id = :person_id AND created_at >= :since;

-- name: by_id^
SELECT id, subject, about_id, person_id, name, text, sources, created_at, state, reason, record_id, decided_at
FROM proposal WHERE id = :id;

-- name: of_person
SELECT id, subject, about_id, person_id, name, text, sources, created_at, state, reason, record_id, decided_at
FROM proposal WHERE person_id = :person_id AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: waiting
SELECT id, subject, about_id, person_id, name, text, sources, created_at, state, reason, record_id, decided_at
FROM proposal WHERE state = 'waiting' AND id > :after
    AND ((:insight = 1 AND subject = 'insight') OR (:topic = 1 AND subject IN ('topic', 'claim'))
        OR (:nomination = 1 AND subject = 'nomination') OR (:definition = 1 AND subject = 'definition'))
ORDER BY id LIMIT :limit;

-- name: decide!
-- Once: of two who decide in the same moment one is told so.
UPDATE proposal SET state = :state, reason = :reason, record_id = :record_id, decided_by = :decided_by, decided_at = :at
WHERE id = :id AND state = 'waiting';

-- name: count_waiting$
SELECT COUNT(*) FROM proposal WHERE state = 'waiting'
    AND ((:insight = 1 AND subject = 'insight') OR (:topic = 1 AND subject IN ('topic', 'claim'))
        OR (:nomination = 1 AND subject = 'nomination') OR (:definition = 1 AND subject = 'definition'));

-- name: own_claim$
SELECT id FROM proposal WHERE about_id = :about_id AND person_id = :person_id AND state = 'waiting';

-- name: rivals
SELECT id, subject, about_id, person_id, name, text, sources, created_at, state, reason, record_id, decided_at
FROM proposal WHERE about_id = :about_id AND subject = 'claim' AND state = 'waiting' ORDER BY id;

-- name: withdraw!
DELETE FROM proposal WHERE id = :id AND person_id = :person_id AND state = 'waiting';

-- name: let_go!
DELETE FROM proposal WHERE decided_at < :before;

-- name: granted
SELECT record_id FROM proposal WHERE person_id = :person_id AND subject = 'claim' AND state = 'taken';

-- name: forget_waiting!
DELETE FROM proposal WHERE person_id = :person_id AND state = 'waiting';

-- name: forget!
UPDATE proposal SET person_id = NULL WHERE person_id = :person_id;
