-- Voiding statements by the order in which they came: what they void is taken out of the figures.
CREATE INDEX statement_voiding ON statement (position) WHERE voids IS NOT NULL;

-- What was counted and voided before is counted anew, from the statements that hold.
DELETE FROM learning_tally WHERE EXISTS (
    SELECT 1 FROM statement_fact f JOIN statement s ON s.position = f.position
    WHERE s.voided = 1 AND f.source = f.position AND f.actor = learning_tally.actor AND f.activity = learning_tally.activity
);
INSERT INTO learning_tally (actor, activity, first_position, last_position, statements, completed_position)
SELECT f.actor, f.activity, MIN(f.position), MAX(f.position), COUNT(*), MIN(CASE WHEN f.completed = 1 THEN f.position END)
FROM statement_fact f JOIN statement s ON s.position = f.position
WHERE f.source = f.position AND f.activity IS NOT NULL AND s.voided = 0
    AND f.position <= (SELECT position FROM learning_tally_head WHERE id = 1)
    AND NOT EXISTS (SELECT 1 FROM learning_tally t WHERE t.actor = f.actor AND t.activity = f.activity)
GROUP BY f.actor, f.activity;

-- What a launched unit has said by cmi5 in a session; what may be said once is not said twice.
CREATE TABLE launch_said (
    session_id TEXT NOT NULL REFERENCES launch_session (id) ON DELETE CASCADE,
    verb TEXT NOT NULL,
    statement_id TEXT,
    PRIMARY KEY (session_id, verb)
);
INSERT INTO launch_said (session_id, verb)
SELECT id, 'initialized' FROM launch_session WHERE initialized_at IS NOT NULL;
INSERT INTO launch_said (session_id, verb)
SELECT MIN(s.id), 'completed' FROM launch_progress p
JOIN launch_session s ON s.registration_id = p.registration_id AND s.unit_id = p.part_id
WHERE p.completed_at IS NOT NULL GROUP BY p.registration_id, p.part_id;
INSERT INTO launch_said (session_id, verb)
SELECT MIN(s.id), 'passed' FROM launch_progress p
JOIN launch_session s ON s.registration_id = p.registration_id AND s.unit_id = p.part_id
WHERE p.passed_at IS NOT NULL GROUP BY p.registration_id, p.part_id;
