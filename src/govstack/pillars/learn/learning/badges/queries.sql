-- name: add!
-- Nothing happens when the place in the list is taken, or the person has this badge.
INSERT INTO badge (id, achievement_id, person_id, state, earned_by, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at, created_at)
VALUES (:id, :achievement_id, :person_id, :state, :earned_by, :content_sealed, :token_sealed, :code, NULL, :list_number, :list_index, :awarded_by, :issued_at, :expires_at, :created_at)
ON CONFLICT DO NOTHING;

-- name: by_id^
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE id = :id;

-- name: by_code^
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE code = :code;

-- name: earned^
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE achievement_id = :achievement_id AND person_id = :person_id AND earned_by = :earned_by;

-- name: held^
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE achievement_id = :achievement_id AND person_id = :person_id
    AND state IN ('draft', 'issued', 'suspended');

-- name: of_person
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE person_id = :person_id ORDER BY id DESC LIMIT :limit;

-- name: listed
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE (:state = '' OR state = :state) AND id > :after ORDER BY id LIMIT :limit;

-- name: lapsed
SELECT id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at
FROM badge WHERE state IN ('issued', 'suspended') AND expires_at <= :now ORDER BY expires_at LIMIT :limit;

-- name: hold^
-- Whoever decides on a badge holds it first, so that nothing is decided on what it was before.
UPDATE badge SET id = id WHERE id = :id
RETURNING id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at;

-- name: hold_told
-- Those of a person that still tell whose they are.
UPDATE badge SET id = id
WHERE id IN (
    SELECT id FROM badge WHERE person_id = :person_id AND content_sealed IS NOT NULL AND id > :after ORDER BY id LIMIT :limit
)
RETURNING id, achievement_id, person_id, state, content_sealed, token_sealed, code, published_at, list_number, list_index, awarded_by, issued_at, expires_at;

-- name: change!
-- For a badge that is held.
UPDATE badge SET state = :state, content_sealed = :content_sealed, token_sealed = :token_sealed, issued_at = :issued_at, expires_at = :expires_at, published_at = :published_at
WHERE id = :id;

-- name: publish!
-- For a badge that is held.
UPDATE badge SET published_at = :published_at WHERE id = :id;

-- name: note!
INSERT INTO badge_change (badge_id, number, state, reason, actor, at)
SELECT :badge_id, COALESCE(MAX(number), 0) + 1, :state, :reason, :actor, :at
FROM badge_change WHERE badge_id = :badge_id;

-- name: changes
SELECT state, reason, actor, at FROM badge_change WHERE badge_id = :badge_id ORDER BY number LIMIT :limit;

-- name: count$
SELECT COUNT(*) FROM badge;

-- name: taken$
SELECT COUNT(*) FROM badge WHERE list_number = :list_number AND list_index = :list_index;

-- name: places
SELECT list_index FROM badge WHERE list_number = :list_number AND state = :state ORDER BY list_index;
