-- The inbox of a sandbox.

-- name: insert_mail!
INSERT INTO inbox_mail (id, sealed, received_at) VALUES (:id, :sealed, :received_at) ON CONFLICT (id) DO NOTHING;

-- name: mails
SELECT number, id, sealed, received_at FROM inbox_mail
WHERE (CAST(:before AS BIGINT) = 0 OR number < :before) AND received_at > :since
ORDER BY number DESC LIMIT :limit;

-- name: mail^
SELECT number, id, sealed, received_at FROM inbox_mail WHERE number = :number AND received_at > :since;

-- name: forget!
DELETE FROM inbox_mail WHERE received_at <= :until;
