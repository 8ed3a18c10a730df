-- name: add_import!
INSERT INTO record_import (
    id, registry_id, code, version, actor, caller, format, state, mode, run, column_names, matching, byte_count,
    row_count, reached, accepted, refused, fault, created_at, changed_at
) VALUES (
    :id, :registry_id, :code, :version, :actor, :caller, :format, 'receiving', '', '', '[]', '[]', 0,
    0, 0, 0, 0, '', :now, :now
);

-- name: import_by_id^
SELECT id, registry_id, code, version, actor, caller, format, state, mode, column_names, matching, byte_count,
       row_count, reached, accepted, refused, fault, created_at
FROM record_import WHERE id = :id;

-- name: imports_of
SELECT id, registry_id, code, version, actor, caller, format, state, mode, column_names, matching, byte_count,
       row_count, reached, accepted, refused, fault, created_at
FROM record_import WHERE actor = :actor AND registry_id = :registry_id ORDER BY created_at DESC, id LIMIT 50;

-- name: add_piece!
INSERT INTO record_import_piece (import_id, number, content) VALUES (:import_id, :number, :content);

-- name: piece$
SELECT content FROM record_import_piece WHERE import_id = :import_id AND number = :number;

-- name: received!
UPDATE record_import SET state = 'reading', byte_count = :byte_count, changed_at = :now
WHERE id = :id AND state = 'receiving';

-- name: take_over!
UPDATE record_import SET run = :run, changed_at = :now WHERE id = :id AND state = :state;

-- name: read_on!
UPDATE record_import SET row_count = :row_count, changed_at = :now
WHERE id = :id AND state = 'reading' AND run = :run;

-- name: add_part!
INSERT INTO record_import_part (import_id, first_place, last_place, content)
VALUES (:import_id, :first_place, :last_place, :content);

-- Parts follow one another without a gap, so the next row is in the last part that begins at its place or before.
-- name: parts_behind
SELECT first_place, content FROM record_import_part
WHERE import_id = :import_id AND last_place > :place AND first_place >= (
    SELECT MAX(first_place) FROM record_import_part WHERE import_id = :import_id AND first_place <= :place + 1
) ORDER BY first_place LIMIT :limit;

-- name: make_ready!
UPDATE record_import SET state = 'ready', column_names = :column_names, matching = :matching, changed_at = :now
WHERE id = :id AND state = 'reading' AND run = :run;

-- name: match!
UPDATE record_import SET matching = :matching, changed_at = :now WHERE id = :id AND state = 'ready';

-- name: confirm!
UPDATE record_import SET state = 'loading', mode = :mode, changed_at = :now WHERE id = :id AND state = 'ready';

-- name: settle!
UPDATE record_import SET reached = :reached, accepted = accepted + :count, refused = :refused, changed_at = :now
WHERE id = :id AND state = 'loading' AND run = :run;

-- name: keep_refusals*!
INSERT INTO record_import_refusal (import_id, place, content) VALUES (:import_id, :place, :content)
ON CONFLICT (import_id, place) DO UPDATE SET content = excluded.content;

-- name: refusals
SELECT place, content FROM record_import_refusal
WHERE import_id = :import_id AND place > :after ORDER BY place LIMIT :limit;

-- name: finish!
UPDATE record_import SET state = :state, fault = :fault, reached = row_count, refused = :refused, changed_at = :now
WHERE id = :id AND state = :before AND run = :run;

-- name: fail!
UPDATE record_import SET state = 'failed', fault = :fault, changed_at = :now
WHERE id = :id AND state IN ('receiving', 'reading', 'loading');

-- name: cancel!
UPDATE record_import SET state = 'cancelled', changed_at = :now
WHERE id = :id AND state IN ('receiving', 'reading', 'ready', 'loading');

-- name: drop_pieces!
DELETE FROM record_import_piece WHERE import_id = :import_id;

-- name: drop_parts!
DELETE FROM record_import_part WHERE import_id = :import_id;

-- name: drop_refusals!
DELETE FROM record_import_refusal WHERE import_id = :import_id;

-- name: drop_import!
DELETE FROM record_import WHERE id = :import_id;

-- name: old_imports
SELECT id FROM record_import WHERE created_at < :before ORDER BY created_at LIMIT 100;
