-- Durable work as it is asked for and looked at; what runs it has job_runner.sql.

-- name: add^
INSERT INTO job (id, kind, payload, state, due_at, key, lane, attempt, enqueued_at, correlation_id)
VALUES (:id, :kind, :payload, 'waiting', :due_at, :key, :lane, 0, :now, :correlation_id)
ON CONFLICT (kind, key) WHERE finished_at IS NULL DO NOTHING
RETURNING id;

-- name: with_key$
SELECT id FROM job WHERE kind = :kind AND key = :key AND finished_at IS NULL;

-- name: dead
SELECT number, id, kind, payload, attempt, enqueued_at, finished_at, error FROM job
WHERE state = 'dead' AND (CAST(:before AS BIGINT) = 0 OR number < :before)
ORDER BY number DESC
LIMIT :limit;

-- name: requeue!
UPDATE job SET state = 'waiting', attempt = 0, due_at = :now, put_off_at = :now, finished_at = NULL
WHERE id = :id AND state = 'dead' AND NOT EXISTS (
    SELECT 1 FROM job AS other WHERE other.kind = job.kind AND other.key = job.key AND other.finished_at IS NULL
);

-- name: backlog
SELECT state, count(*) AS jobs FROM job WHERE state IN ('waiting', 'blocked', 'running', 'dead') GROUP BY state;
