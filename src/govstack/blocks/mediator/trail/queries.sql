-- The audit trail, which belongs to the kernel: read here, written by each act itself.

-- name: entries
SELECT number, at, actor, actor_name, action, subject, outcome, correlation_id, detail, previous_hash, hash
FROM audit_entry
WHERE (:actor = '' OR LOWER(actor) LIKE :actor ESCAPE '!' OR LOWER(actor_name) LIKE :actor ESCAPE '!'
       OR actor_name LIKE :actor_exact ESCAPE '!')
  AND (:action = '' OR action LIKE :action ESCAPE '!')
  AND (:subject = '' OR LOWER(subject) LIKE :subject ESCAPE '!')
  AND (:outcome = '' OR outcome = :outcome)
  AND (:member = '' OR subject = :member OR subject LIKE :below ESCAPE '!' OR subject LIKE :beside ESCAPE '!')
  AND (:since = '' OR at >= :since)
  AND (:until = '' OR at < :until)
  AND (CAST(:before AS BIGINT) = 0 OR number < CAST(:before AS BIGINT))
ORDER BY number DESC
LIMIT :limit;

-- name: entry^
SELECT number, at, actor, actor_name, action, subject, outcome, correlation_id, detail, previous_hash, hash
FROM audit_entry
WHERE number = :number;

-- name: length$
SELECT number FROM audit_head WHERE id = 1;
