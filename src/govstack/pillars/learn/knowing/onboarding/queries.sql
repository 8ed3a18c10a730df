-- name: add!
INSERT INTO group_application (id, community_id, person_id, country, letter_sealed, state, call_link, created_at, changed_at)
VALUES (:id, :community_id, :person_id, :country, :letter_sealed, 'waiting', '', :at, :at)
ON CONFLICT (community_id, person_id) WHERE state IN ('waiting', 'called') DO NOTHING;

-- name: rewrite!
UPDATE group_application SET letter_sealed = :letter_sealed, country = :country, changed_at = :at
WHERE id = :id AND state IN ('waiting', 'called');

-- name: by_id^
SELECT id, community_id, person_id, country, letter_sealed, state, call_at, call_link, answer_sealed, created_at
FROM group_application WHERE id = :id;

-- name: open_of^
SELECT id, community_id, person_id, country, letter_sealed, state, call_at, call_link, answer_sealed, created_at
FROM group_application
WHERE community_id = :community_id AND person_id = :person_id AND state IN ('waiting', 'called');

-- name: waiting
SELECT id, community_id, person_id, country, letter_sealed, state, call_at, call_link, answer_sealed, created_at
FROM group_application
WHERE community_id = :community_id AND state IN ('waiting', 'called') AND id > :after ORDER BY id LIMIT :limit;

-- name: of_person
SELECT id, community_id, person_id, country, letter_sealed, state, call_at, call_link, answer_sealed, created_at
FROM group_application WHERE person_id = :person_id ORDER BY id DESC LIMIT :limit;

-- name: count_waiting$
SELECT COUNT(*) FROM group_application WHERE community_id = :community_id AND state IN ('waiting', 'called');

-- name: call!
UPDATE group_application SET state = 'called', call_at = :call_at, call_link = :call_link, changed_at = :at
WHERE id = :id AND state IN ('waiting', 'called');

-- name: become!
UPDATE group_application SET state = :state, answer_sealed = :answer_sealed, changed_at = :at
WHERE id = :id AND state = ANY(:before);

-- name: forget!
DELETE FROM group_application WHERE person_id = :person_id;

-- name: let_go!
DELETE FROM group_application WHERE state NOT IN ('waiting', 'called') AND changed_at < :before;

-- name: channels$
SELECT channels FROM group_channels WHERE community_id = :community_id;

-- name: put_channels!
INSERT INTO group_channels (community_id, channels, changed_at) VALUES (:community_id, :channels, :at)
ON CONFLICT (community_id) DO UPDATE SET channels = excluded.channels, changed_at = excluded.changed_at;
