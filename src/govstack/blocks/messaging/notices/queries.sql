-- Messages that people read here.

-- name: insert_notice!
INSERT INTO notice (id, person_hash, sealed, received_at) VALUES (:id, :person_hash, :sealed, :received_at)
ON CONFLICT (id) DO NOTHING;

-- name: notices
SELECT number, id, person_hash, sealed, received_at FROM notice
WHERE person_hash = ANY(:hashes) AND (CAST(:before AS BIGINT) = 0 OR number < :before) AND received_at > :since
ORDER BY number DESC LIMIT :limit;

-- name: notice^
SELECT number, id, person_hash, sealed, received_at FROM notice
WHERE id = :id AND person_hash = ANY(:hashes) AND received_at > :since;

-- name: erase!
DELETE FROM notice WHERE id = :id AND person_hash = ANY(:hashes);

-- name: forget!
DELETE FROM notice WHERE number IN (SELECT number FROM notice WHERE received_at <= :until LIMIT :limit);
