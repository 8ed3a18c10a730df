-- name: advance_head^
-- The update takes the row lock, so writers queue here and numbers have no gaps.
UPDATE audit_head SET number = number + 1 WHERE id = 1 RETURNING number, hash;

-- name: set_head!
UPDATE audit_head SET hash = :hash WHERE id = 1;

-- name: head^
SELECT number, hash FROM audit_head WHERE id = 1;

-- name: append!
INSERT INTO audit_entry
    (number, at, actor, actor_name, action, subject, outcome, correlation_id, detail, previous_hash, hash)
VALUES
    (:number, :at, :actor, :actor_name, :action, :subject, :outcome, :correlation_id, :detail, :previous_hash, :hash);

-- name: entries
SELECT number, at, actor, actor_name, action, subject, outcome, correlation_id, detail, previous_hash, hash
FROM audit_entry
WHERE (:subject = '' OR subject = :subject)
  AND (:actor = '' OR actor = :actor)
  AND (:action = '' OR action LIKE :action || '%')
  AND (:before = 0 OR number < :before)
ORDER BY number DESC
LIMIT :limit;

-- name: entries_from
SELECT number, at, actor, actor_name, action, subject, outcome, correlation_id, detail, previous_hash, hash
FROM audit_entry
WHERE number >= :first
ORDER BY number
LIMIT :limit;
