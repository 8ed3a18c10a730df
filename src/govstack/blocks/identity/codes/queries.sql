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

-- name: sendings$
SELECT COUNT(*) FROM code_sending WHERE person_id = :person_id AND at > :since AND at <= :until;

-- name: note_sending!
INSERT INTO code_sending (id, person_id, at) VALUES (:id, :person_id, :at);

-- name: forget_sendings!
DELETE FROM code_sending WHERE at < :before;
