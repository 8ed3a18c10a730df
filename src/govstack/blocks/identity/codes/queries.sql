-- name: put!
INSERT INTO one_time_code (person_id, purpose, channel, print, tries, expires_at)
VALUES (:person_id, :purpose, :channel, :print, 0, :expires_at)
ON CONFLICT (person_id, purpose) DO UPDATE SET
    channel = excluded.channel, print = excluded.print, tries = 0, expires_at = excluded.expires_at;

-- name: count_try^
UPDATE one_time_code SET tries = tries + 1
WHERE person_id = :person_id AND purpose = :purpose AND expires_at > :now AND expires_at <= :latest
RETURNING channel, print, tries, expires_at;

-- name: use!
DELETE FROM one_time_code WHERE person_id = :person_id AND purpose = :purpose AND print = :print;

-- name: forget!
DELETE FROM one_time_code WHERE expires_at < :before;

-- name: sendings^
-- How many codes one origin asked for, and how many all together that the person is not known at.
SELECT COALESCE(SUM(CASE WHEN origin = :origin THEN 1 ELSE 0 END), 0) AS here,
    COALESCE(SUM(CASE WHEN known THEN 0 ELSE 1 END), 0) AS strangers
FROM code_sending WHERE person_id = :person_id AND at > :since AND at <= :until;

-- name: note_sending!
INSERT INTO code_sending (id, person_id, at, origin, known) VALUES (:id, :person_id, :at, :origin, :known);

-- name: forget_sendings!
DELETE FROM code_sending WHERE at < :before;
