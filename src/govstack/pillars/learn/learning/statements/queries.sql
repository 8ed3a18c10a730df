-- name: advance$
-- Takes so many positions, none before the given one, and holds the row until the commit: see statement_head.
UPDATE statement_head SET position = (CASE WHEN position < CAST(:least AS BIGINT) THEN CAST(:least AS BIGINT) ELSE position END)
    + CAST(:count AS BIGINT)
WHERE id = 1 RETURNING position;

-- name: head$
SELECT position FROM statement_head WHERE id = 1;

-- name: by_ids
SELECT position, id, digest, happened_at, voids, voided, body FROM statement WHERE id = ANY(:ids);

-- name: add_statement*!
INSERT INTO statement (position, id, digest, happened_at, refers_to, voids, voided, voided_position, body)
VALUES (:position, :id, :digest, :happened_at, :refers_to, :voids, :voided, :voided_position, :body);

-- name: add_fact*!
INSERT INTO statement_fact (position, source, verb, activity, registration, actor, completed)
VALUES (:position, :source, :verb, :activity, :registration, :actor, :completed);

-- name: add_agent*!
INSERT INTO statement_agent (agent, position, source, related) VALUES (:agent, :position, :source, :related);

-- name: add_activity*!
INSERT INTO statement_activity (activity, position, source) VALUES (:activity, :position, :source);

-- name: positions
SELECT id, position, voids FROM statement WHERE id = ANY(:ids);

-- name: referring
SELECT position, refers_to FROM statement WHERE refers_to = ANY(:ids);

-- name: voiding
SELECT voids FROM statement WHERE voids = ANY(:ids);

-- name: void*!
-- The first that voids it counts: what it told is taken back once.
UPDATE statement SET voided = 1, voided_position = COALESCE(voided_position, CAST(:position AS BIGINT))
WHERE id = :id AND voids IS NULL;

-- name: borrow_facts!
-- A statement is found by what the one that it speaks about is found by.
INSERT INTO statement_fact (position, source, verb, activity, registration, actor, completed)
SELECT CAST(:position AS BIGINT), source, verb, activity, registration, actor, 0 FROM statement_fact WHERE position = :target
ON CONFLICT (position, source) DO NOTHING;

-- name: borrow_agents!
INSERT INTO statement_agent (agent, position, source, related)
SELECT agent, CAST(:position AS BIGINT), source, related FROM statement_agent WHERE position = :target
ON CONFLICT (agent, position, source) DO NOTHING;

-- name: borrow_activities!
INSERT INTO statement_activity (activity, position, source)
SELECT activity, CAST(:position AS BIGINT), source FROM statement_activity WHERE position = :target
ON CONFLICT (activity, position, source) DO NOTHING;

-- name: bodies
SELECT position, id, digest, happened_at, voids, voided, body FROM statement WHERE position = ANY(:positions);

-- name: definitions
SELECT id, definition FROM activity_definition WHERE id = ANY(:ids);

-- name: put_definition*!
INSERT INTO activity_definition (id, definition, changed_at) VALUES (:id, :definition, :changed_at)
ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at;

-- name: by_agent
SELECT DISTINCT position FROM statement_agent WHERE agent = ANY(:agents) AND position = source ORDER BY position LIMIT :limit;

-- name: before
SELECT position FROM statement WHERE position < :before ORDER BY position LIMIT :limit;

-- name: remove_borrowed_facts!
DELETE FROM statement_fact WHERE source = ANY(:positions);

-- name: remove!
DELETE FROM statement WHERE position = ANY(:positions);

-- name: count$
SELECT COUNT(*) FROM statement WHERE voided = 0;
