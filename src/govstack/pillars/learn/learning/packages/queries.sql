-- name: add!
INSERT INTO package (id, name, kind, state, run, title, structure, byte_count, file_count, files_done, digest, fault,
    offered, made_by, created_at)
VALUES (:id, :name, '', 'receiving', '', '', '[]', 0, 0, 0, '', '', 0, :made_by, :created_at);

-- name: add_piece!
INSERT INTO package_piece (package_id, number, content) VALUES (:package_id, :number, :content);

-- name: piece^
SELECT content FROM package_piece WHERE package_id = :package_id AND number = :number;

-- name: received!
UPDATE package SET state = 'reading', byte_count = :byte_count, digest = :digest
WHERE id = :id AND state = 'receiving';

-- name: take_over!
UPDATE package SET run = :run, files_done = 0 WHERE id = :id AND state = 'reading';

-- name: known!
UPDATE package SET kind = :kind, title = :title, structure = :structure, file_count = :file_count
WHERE id = :id AND state = 'reading' AND run = :run;

-- name: advance!
UPDATE package SET files_done = :files_done WHERE id = :id AND state = 'reading' AND run = :run;

-- name: finish!
UPDATE package SET state = :state, fault = :fault WHERE id = :id AND state IN ('receiving', 'reading') AND run = :run;

-- name: offer!
UPDATE package SET offered = 1 WHERE id = :id AND offered = 0;

-- name: by_id^
SELECT id, name, kind, state, title, structure, byte_count, file_count, files_done, digest, fault, offered, created_at
FROM package WHERE id = :id;

-- name: listed
SELECT id, name, kind, state, title, structure, byte_count, file_count, files_done, digest, fault, offered, created_at
FROM package WHERE (:before = '' OR id < :before) ORDER BY id DESC LIMIT :limit;

-- name: put_file!
INSERT INTO package_file (package_id, path, media_type, byte_count) VALUES (:package_id, :path, :media_type, :byte_count)
ON CONFLICT (package_id, path) DO UPDATE SET media_type = excluded.media_type, byte_count = excluded.byte_count;

-- name: put_part!
INSERT INTO package_part (package_id, path, number, content) VALUES (:package_id, :path, :number, :content)
ON CONFLICT (package_id, path, number) DO UPDATE SET content = excluded.content;

-- name: file^
SELECT path, media_type, byte_count FROM package_file WHERE package_id = :package_id AND path = :path;

-- name: part^
SELECT content FROM package_part WHERE package_id = :package_id AND path = :path AND number = :number;

-- name: drop_parts!
DELETE FROM package_part WHERE package_id = :package_id;

-- name: drop_files!
DELETE FROM package_file WHERE package_id = :package_id;

-- name: drop_pieces!
DELETE FROM package_piece WHERE package_id = :package_id;

-- name: drop!
DELETE FROM package WHERE id = :package_id;

-- name: open_attempt!
INSERT INTO package_attempt (id, package_id, item_id, learner_id, status, score, started_at, changed_at)
VALUES (:id, :package_id, :item_id, :learner_id, 'started', NULL, :started_at, :started_at)
ON CONFLICT (package_id, item_id, learner_id) DO NOTHING;

-- name: attempt^
SELECT id, package_id, item_id, learner_id, status, score, started_at, changed_at FROM package_attempt
WHERE package_id = :package_id AND item_id = :item_id AND learner_id = :learner_id;

-- name: attempt_by_id^
SELECT id, package_id, item_id, learner_id, status, score, started_at, changed_at FROM package_attempt WHERE id = :id;

-- name: hold_attempt!
UPDATE package_attempt SET id = id WHERE id = :id;

-- name: attempts
SELECT id, package_id, item_id, learner_id, status, score, started_at, changed_at FROM package_attempt
WHERE package_id = :package_id AND learner_id = :learner_id ORDER BY item_id LIMIT :limit;

-- name: put_values*!
INSERT INTO package_value (attempt_id, session, place, element, sealed, stored_at)
VALUES (:attempt_id, :session, :place, :element, :sealed, :stored_at)
ON CONFLICT (attempt_id, session, place) DO NOTHING;

-- name: values
SELECT session, place, element, sealed, stored_at FROM package_value WHERE attempt_id = :attempt_id
ORDER BY session, place LIMIT :limit;

-- name: count_values$
SELECT COUNT(*) FROM package_value WHERE attempt_id = :attempt_id;

-- name: stand!
UPDATE package_attempt SET status = :status, score = :score, changed_at = :changed_at WHERE id = :id;

-- name: forget_values!
DELETE FROM package_value WHERE attempt_id IN (SELECT id FROM package_attempt WHERE learner_id = :learner_id);
