-- name: add!
INSERT INTO revision (
    id, schema_name, object_id, number, snapshot, serialized_hash, strong_hash, at, signed_without_object_id,
    predecessor_hash, predecessor_signature, successor_id, kid, signature
) VALUES (
    :id, :schema_name, :object_id, :number, :snapshot, :serialized_hash, :strong_hash, :at, :signed_without_object_id,
    :predecessor_hash, :predecessor_signature, :successor_id, :kid, :signature
);

-- name: succeed!
-- Enter the successor of a revision that has none yet.
UPDATE revision SET successor_id = :successor_id WHERE id = :id AND successor_id IS NULL;

-- name: by_ids
SELECT * FROM revision WHERE id = ANY(:ids);

-- name: of_object
SELECT * FROM revision WHERE schema_name = :schema_name AND object_id = :object_id ORDER BY number;

-- name: forget!
UPDATE revision SET snapshot = NULL WHERE schema_name = :schema_name AND object_id = :object_id;

-- name: search
-- Revisions of all objects and kinds, in order of time. Each way to narrow has statements of its own, since each has its index.
SELECT * FROM revision
WHERE at >= :since AND at < :until
ORDER BY at, id LIMIT :limit OFFSET :offset;

-- name: search_newest
SELECT * FROM revision
WHERE at >= :since AND at < :until
ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset;

-- name: search_by_object
SELECT * FROM revision
WHERE at >= :since AND at < :until
ORDER BY schema_name, object_id, number LIMIT :limit OFFSET :offset;

-- name: search_by_object_backwards
SELECT * FROM revision
WHERE at >= :since AND at < :until
ORDER BY schema_name DESC, object_id DESC, number DESC LIMIT :limit OFFSET :offset;

-- name: of_kind
-- Revisions of one kind of object.
SELECT * FROM revision
WHERE schema_name = :schema_name AND at >= :since AND at < :until
ORDER BY at, id LIMIT :limit OFFSET :offset;

-- name: of_kind_newest
SELECT * FROM revision
WHERE schema_name = :schema_name AND at >= :since AND at < :until
ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset;

-- name: of_kind_by_object
SELECT * FROM revision
WHERE schema_name = :schema_name AND at >= :since AND at < :until
ORDER BY schema_name, object_id, number LIMIT :limit OFFSET :offset;

-- name: of_kind_by_object_backwards
SELECT * FROM revision
WHERE schema_name = :schema_name AND at >= :since AND at < :until
ORDER BY schema_name DESC, object_id DESC, number DESC LIMIT :limit OFFSET :offset;

-- name: of_one
-- Revisions of one object; two kinds of object may have the same id. Its few revisions are found first, so that no index
-- over time is taken for them.
WITH one AS MATERIALIZED (
    SELECT * FROM revision WHERE schema_name = ANY(:schema_names) AND object_id = :object_id
)
SELECT * FROM one WHERE at >= :since AND at < :until
ORDER BY at, id LIMIT :limit OFFSET :offset;

-- name: of_one_newest
WITH one AS MATERIALIZED (
    SELECT * FROM revision WHERE schema_name = ANY(:schema_names) AND object_id = :object_id
)
SELECT * FROM one WHERE at >= :since AND at < :until
ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset;

-- name: of_one_by_object
WITH one AS MATERIALIZED (
    SELECT * FROM revision WHERE schema_name = ANY(:schema_names) AND object_id = :object_id
)
SELECT * FROM one WHERE at >= :since AND at < :until
ORDER BY schema_name, object_id, number LIMIT :limit OFFSET :offset;

-- name: of_one_by_object_backwards
WITH one AS MATERIALIZED (
    SELECT * FROM revision WHERE schema_name = ANY(:schema_names) AND object_id = :object_id
)
SELECT * FROM one WHERE at >= :since AND at < :until
ORDER BY schema_name DESC, object_id DESC, number DESC LIMIT :limit OFFSET :offset;
