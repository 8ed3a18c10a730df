-- name: of_registry
SELECT * FROM automation WHERE registry_id = :registry_id ORDER BY code LIMIT :limit;

-- name: by_code^
SELECT * FROM automation WHERE registry_id = :registry_id AND code = :code;

-- name: by_id^
SELECT * FROM automation WHERE id = :id;

-- name: locked^
-- The row that all who work for one automation take before they say how far it came.
SELECT * FROM automation WHERE id = :id;

-- name: locked__postgres^
SELECT * FROM automation WHERE id = :id FOR UPDATE;

-- name: counts
SELECT automation_id, state, COUNT(*) AS number FROM automation_item
WHERE automation_id = ANY(:ids) GROUP BY automation_id, state;

-- name: put!
INSERT INTO automation (
    id, registry_id, code, name, definition, kind, enabled, owner, owner_name, confirmed_at, secret_digest,
    signing_key, position, next_run_at, changed_at, changed_by
) VALUES (
    :id, :registry_id, :code, :name, :definition, :kind, :enabled, :owner, :owner_name, :confirmed_at, :secret_digest,
    :signing_key, :position, :next_run_at, :changed_at, :changed_by
)
ON CONFLICT (registry_id, code) DO UPDATE
SET name = excluded.name, definition = excluded.definition, kind = excluded.kind, enabled = excluded.enabled,
    paused_because = '', owner = excluded.owner, owner_name = excluded.owner_name,
    confirmed_at = excluded.confirmed_at, secret_digest = excluded.secret_digest, signing_key = excluded.signing_key,
    position = excluded.position, row_number = 0, sweep = '', next_sweep = '', next_run_at = excluded.next_run_at,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: set_enabled!
UPDATE automation
SET enabled = :enabled, paused_because = :because, next_run_at = :next_run_at, changed_at = :changed_at,
    changed_by = :changed_by
WHERE id = :id;

-- name: confirm!
UPDATE automation SET owner = :owner, owner_name = :owner_name, confirmed_at = :confirmed_at WHERE id = :id;

-- name: set_secret!
UPDATE automation SET secret_digest = :secret_digest, signing_key = :signing_key WHERE id = :id;

-- name: drop!
DELETE FROM automation WHERE id = :id;

-- name: begin_sweep!
-- One sweep at a time: whoever asks while one goes on is served by the next.
UPDATE automation
SET sweep = CASE WHEN sweep = '' THEN CAST(:sweep AS TEXT) ELSE sweep END,
    next_sweep = CASE WHEN sweep = '' THEN '' ELSE CAST(:sweep AS TEXT) END,
    row_number = CASE WHEN sweep = '' THEN 0 ELSE row_number END,
    next_run_at = :next_run_at
WHERE id = :id;

-- name: advance!
UPDATE automation SET position = :position, row_number = :row_number, sweep = :sweep, next_sweep = :next_sweep
WHERE id = :id;

-- name: note_run!
UPDATE automation SET last_run_at = :moment, last_outcome = :outcome WHERE id = :id;

-- name: take_call!
-- One of the calls that an automation may make in a minute; no row means that they are used up.
UPDATE automation
SET call_minute = :minute, calls = CASE WHEN call_minute = :minute THEN calls + 1 ELSE 1 END
WHERE id = :id AND (call_minute <> :minute OR calls < :most);

-- name: due
-- Automations that have something to do.
SELECT a.id FROM automation a LEFT JOIN registry_head h ON h.registry_id = a.registry_id
WHERE a.enabled AND (
    a.sweep <> ''
    OR a.next_run_at <= :now
    OR (a.kind = 'change' AND COALESCE(h.position, 0) > a.position)
    OR EXISTS (
        SELECT 1 FROM automation_item i
        WHERE i.automation_id = a.id AND i.state IN ('waiting', 'working') AND i.due_at <= :now
    )
)
ORDER BY COALESCE(a.last_run_at, ''), a.id
LIMIT :limit;

-- name: add_items*!
INSERT INTO automation_item (
    id, automation_id, occasion, record, state, attempts, reason, chain, due_at, created_at, changed_at
) VALUES (:id, :automation_id, :occasion, :record, :state, 0, :reason, :chain, :due_at, :created_at, :created_at)
ON CONFLICT (automation_id, occasion, record) DO NOTHING;

-- name: items_named
SELECT * FROM automation_item WHERE id = ANY(:ids);

-- name: item^
SELECT * FROM automation_item WHERE id = :id AND automation_id = :automation_id;

-- name: next_items
SELECT * FROM automation_item
WHERE automation_id = :automation_id AND state IN ('waiting', 'working') AND due_at <= :now
ORDER BY due_at, id LIMIT :limit;

-- name: backlog$
SELECT COUNT(*) FROM automation_item WHERE automation_id = :automation_id AND state IN ('waiting', 'working');

-- name: take!
-- Whoever changes this row handles the record; a lease that ran out is taken over.
UPDATE automation_item
SET state = 'working', attempts = attempts + 1, due_at = :until, changed_at = :now
WHERE id = :id AND state IN ('waiting', 'working') AND due_at <= :now;

-- name: settle!
-- Only the attempt that took a record may say how it ended.
UPDATE automation_item
SET state = :state, reason = :reason, due_at = :due_at, changed_at = :now
WHERE id = :id AND attempts = :attempts AND state = 'working';

-- name: again!
UPDATE automation_item SET state = 'waiting', attempts = 0, due_at = :now, changed_at = :now
WHERE id = :id AND automation_id = :automation_id AND state IN ('failed', 'dead');

-- name: results
-- What became of records, newest first.
SELECT * FROM automation_item
WHERE automation_id = :automation_id AND (:state = '' OR state = :state) AND (:before = '' OR id < :before)
ORDER BY id DESC LIMIT :limit;

-- name: forget!
-- Results that nobody needs any more; the names of occasions that guard against a second time stay.
DELETE FROM automation_item WHERE id IN (
    SELECT id FROM automation_item
    WHERE changed_at < :before AND state IN ('done', 'skipped', 'failed', 'dead')
        AND occasion <> 'once' AND occasion NOT LIKE 'revision:%'
    ORDER BY changed_at LIMIT :limit
);
