-- name: head^
-- Holds the row until the commit: statements are counted once.
UPDATE learning_tally_head SET position = position WHERE id = 1 RETURNING position;

-- name: next$
-- Up to which position the next part goes.
-- Where something was voided counts too, for the statement that did may be gone.
SELECT MAX(position) FROM (
    SELECT position FROM (
        SELECT position FROM statement WHERE position > :after ORDER BY position LIMIT :limit
    ) AS stored
    UNION ALL
    SELECT position FROM (
        SELECT voided_position AS position FROM statement WHERE voided_position > :after
        ORDER BY voided_position LIMIT :limit
    ) AS voided
    ORDER BY position LIMIT :limit
) AS part;

-- name: tally!
INSERT INTO learning_tally (actor, activity, first_position, last_position, statements, completed_position)
SELECT f.actor, f.activity, MIN(f.position), MAX(f.position), COUNT(*),
    MIN(CASE WHEN f.completed = 1 THEN f.position END)
FROM statement_fact f JOIN statement s ON s.position = f.position
WHERE f.position > :after AND f.position <= :until AND f.source = f.position AND f.activity IS NOT NULL
    -- One that is voided by what comes later counts now and is taken back then, whenever that was stored.
    AND (s.voided_position IS NULL OR s.voided_position > :until)
GROUP BY f.actor, f.activity
ON CONFLICT (actor, activity) DO UPDATE SET
    last_position = excluded.last_position, statements = learning_tally.statements + excluded.statements,
    completed_position = COALESCE(learning_tally.completed_position, excluded.completed_position);

-- name: taken_back
-- What was voided within this part, of what was counted before.
SELECT f.actor, f.activity, f.position FROM statement s JOIN statement_fact f ON f.position = s.position
WHERE s.voided_position > :after AND s.voided_position <= :until AND s.position <= :after
    AND f.source = f.position AND f.activity IS NOT NULL;

-- name: one^
SELECT actor, activity, first_position, last_position, statements, completed_position FROM learning_tally
WHERE actor = :actor AND activity = :activity;

-- name: left^
-- What is still there of somebody in an activity, and holds.
SELECT MIN(f.position) AS first_position, MAX(f.position) AS last_position,
    MIN(CASE WHEN f.completed = 1 THEN f.position END) AS completed_position
FROM statement_fact f JOIN statement s ON s.position = f.position
WHERE f.actor = :actor AND f.activity = :activity AND f.position <= :after AND f.source = f.position
    AND (s.voided_position IS NULL OR s.voided_position > :until);

-- name: put!
UPDATE learning_tally SET first_position = :first_position, last_position = :last_position, statements = :statements,
    completed_position = :completed_position
WHERE actor = :actor AND activity = :activity;

-- name: drop!
DELETE FROM learning_tally WHERE actor = :actor AND activity = :activity;

-- name: counted!
UPDATE learning_tally_head SET position = :position WHERE id = 1;

-- name: tallies
SELECT actor, activity, first_position, last_position, statements, completed_position FROM learning_tally
WHERE (actor > :actor OR (actor = :actor AND activity > :activity)) ORDER BY actor, activity LIMIT :limit;

-- name: of_actors
SELECT actor, activity, first_position, last_position, statements, completed_position FROM learning_tally
WHERE actor = ANY(:actors) ORDER BY last_position DESC LIMIT :limit;

-- name: loosen!
-- The figures of somebody who was erased stay countable under a name that leads nowhere.
UPDATE learning_tally SET actor = :name WHERE actor = ANY(:actors);

-- name: expire!
DELETE FROM learning_tally WHERE last_position < :before;

-- name: share!
INSERT INTO learning_sharing (learner_id, since) VALUES (:learner_id, :since) ON CONFLICT (learner_id) DO NOTHING;

-- name: unshare!
DELETE FROM learning_sharing WHERE learner_id = :learner_id;

-- name: sharing
SELECT learner_id FROM learning_sharing WHERE learner_id = ANY(:ids);

-- name: put_figures!
INSERT INTO learning_figures (id, taken_at, content) VALUES (:id, :taken_at, :content);

-- name: drop_figures!
DELETE FROM learning_figures WHERE taken_at < :before;

-- name: figures$
SELECT content FROM learning_figures ORDER BY taken_at DESC, id DESC LIMIT 1;
