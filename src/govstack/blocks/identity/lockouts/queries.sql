-- name: claim!
INSERT INTO lockout (person_id, family, tries, counted_from, locks, locked_until)
VALUES (:person_id, :family, 0, '', 0, '')
ON CONFLICT (person_id, family) DO UPDATE SET tries = lockout.tries;

-- name: read^
SELECT tries, counted_from, locks, locked_until FROM lockout WHERE person_id = :person_id AND family = :family;

-- name: keep!
UPDATE lockout SET tries = :tries, counted_from = :counted_from, locks = :locks, locked_until = :locked_until
WHERE person_id = :person_id AND family = :family;

-- name: forget!
DELETE FROM lockout WHERE person_id = :person_id AND family = :family;

-- name: forget_all!
DELETE FROM lockout WHERE person_id = :person_id;

-- name: locked
SELECT family, locked_until FROM lockout WHERE person_id = :person_id AND locked_until > :now AND locked_until <= :latest
ORDER BY family;
