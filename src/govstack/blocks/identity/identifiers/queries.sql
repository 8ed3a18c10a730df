-- name: add!
INSERT INTO identifier
    (id, person_id, kind, form, print, content, status, blocked_until, made_at, expires_at, ended_at)
VALUES (:id, :person_id, :kind, :form, :print, :content, 'active', '', :made_at, :expires_at, '');

-- name: by_id^
SELECT id, person_id, kind, form, content, status, blocked_until, made_at, expires_at, ended_at
FROM identifier WHERE id = :id;

-- name: taken^
SELECT id, person_id, kind, form, content, status, blocked_until, made_at, expires_at, ended_at
FROM identifier WHERE print = ANY(:prints) AND status <> 'revoked';

-- name: of_person
SELECT id, person_id, kind, form, content, status, blocked_until, made_at, expires_at, ended_at
FROM identifier WHERE person_id = :person_id AND kind <> 'uin'
ORDER BY CASE WHEN status = 'active' THEN 0 ELSE 1 END, made_at DESC, id DESC LIMIT :limit;

-- name: count_active$
SELECT COUNT(*) FROM identifier WHERE person_id = :person_id AND kind = :kind AND status = 'active'
    AND (expires_at = '' OR expires_at > :now);

-- name: set_status!
UPDATE identifier SET status = :status, blocked_until = :blocked_until, ended_at = :ended_at
WHERE id = :id AND status = ANY(:were);
