-- name: head^
-- The end of a registry's chain; its row is locked on PostgreSQL, as SQLite has one writer anyway.
SELECT registry_id, position, hash, numbered, live FROM registry_head WHERE registry_id = :registry_id;

-- name: head__postgres^
SELECT registry_id, position, hash, numbered, live FROM registry_head WHERE registry_id = :registry_id FOR UPDATE;

-- name: seen_head^
-- The end of a registry's chain, without waiting for writers.
SELECT registry_id, position, hash, numbered, live FROM registry_head WHERE registry_id = :registry_id;

-- name: create_head!
INSERT INTO registry_head (registry_id, position, hash, numbered, live)
VALUES (:registry_id, 0, '', 0, 0)
ON CONFLICT (registry_id) DO NOTHING;

-- name: set_head!
UPDATE registry_head SET position = :position, hash = :hash, numbered = :numbered, live = :live
WHERE registry_id = :registry_id;

-- name: append*!
INSERT INTO registry_change (
    registry_id, position, kind, record, first_number, last_number, version, revision, before, after, digest, at, actor,
    actor_name, on_behalf_of, application, correlation_id, previous_hash, hash
) VALUES (
    :registry_id, :position, :kind, :record, :first_number, :last_number, :version, :revision, :before, :after, :digest,
    :at, :actor, :actor_name, :on_behalf_of, :application, :correlation_id, :previous_hash, :hash
);

-- name: entries
-- Entries of a chain in order, for verification.
SELECT * FROM registry_change WHERE registry_id = :registry_id AND position > :after ORDER BY position LIMIT :limit;

-- name: changes_of
-- The changes of some records, oldest first.
SELECT * FROM registry_change WHERE record = ANY(:records) AND registry_id = :registry_id ORDER BY position LIMIT :limit;

-- name: batch_of^
-- The batch that a record was loaded with.
SELECT * FROM registry_change
WHERE registry_id = :registry_id AND kind = 'loaded' AND first_number <= :number
ORDER BY first_number DESC LIMIT 1;

-- name: batches
SELECT * FROM registry_change
WHERE registry_id = :registry_id AND kind = 'loaded' AND last_number >= :first AND first_number <= :last
ORDER BY first_number;
