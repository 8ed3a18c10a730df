-- name: digest_of$
SELECT digest FROM seeding WHERE part = :part;

-- name: finish!
INSERT INTO seeding (part, digest, finished_at) VALUES (:part, :digest, :finished_at)
ON CONFLICT (part) DO UPDATE SET digest = excluded.digest, finished_at = excluded.finished_at;
