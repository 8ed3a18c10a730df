-- The inbox of a sandbox.

-- name: insert_mail!
INSERT INTO inbox_mail (id, box, sealed, received_at) VALUES (:id, :box, :sealed, :received_at) ON CONFLICT (id) DO NOTHING;

-- name: mails
SELECT number, id, sealed, received_at FROM inbox_mail
WHERE box = '' AND (CAST(:before AS BIGINT) = 0 OR number < :before) AND received_at > :since
ORDER BY number DESC LIMIT :limit;

-- name: mail^
SELECT number, id, sealed, received_at FROM inbox_mail WHERE number = :number AND box = '' AND received_at > :since;

-- name: phones
SELECT m.number, m.id, m.box, m.sealed, m.received_at,
       (SELECT COUNT(*) FROM inbox_mail c WHERE c.box = m.box AND c.received_at > :since) AS texts
FROM inbox_mail m
WHERE m.box <> '' AND m.received_at > :since AND NOT EXISTS (
    SELECT 1 FROM inbox_mail n WHERE n.box = m.box AND n.number > m.number
)
ORDER BY m.number DESC LIMIT :limit;

-- name: texts
SELECT number, id, sealed, received_at FROM inbox_mail WHERE box = :box AND received_at > :since
ORDER BY number DESC LIMIT :limit;

-- name: forget!
DELETE FROM inbox_mail WHERE received_at <= :until;
