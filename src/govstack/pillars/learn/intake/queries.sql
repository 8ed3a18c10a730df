-- name: add!
INSERT INTO intake (id, room, about, scope, check_only, actor, caller_sealed, format, size, state, fault, reached,
    rows_read, added, known, refused, created_at)
VALUES (:id, :room, :about, :scope, :check_only, :actor, :caller_sealed, :format, 0, 'reading', '', 0, 0, 0, 0, 0,
    :created_at);

-- name: received!
UPDATE intake SET size = :size WHERE id = :id;

-- name: add_piece!
INSERT INTO intake_piece (intake_id, number, content) VALUES (:intake_id, :number, :content);

-- name: piece$
SELECT content FROM intake_piece WHERE intake_id = :intake_id AND number = :number;

-- name: drop_pieces!
DELETE FROM intake_piece WHERE intake_id = :intake_id;

-- name: drop!
DELETE FROM intake WHERE id = :id;

-- name: by_id^
SELECT id, room, about, scope, check_only, actor, format, size, state, fault, reached, rows_read, added, known, refused,
    created_at
FROM intake WHERE id = :id;

-- name: caller$
SELECT caller_sealed FROM intake WHERE id = :id;

-- name: listed
SELECT id, room, about, scope, check_only, actor, format, size, state, fault, reached, rows_read, added, known, refused,
    created_at
FROM intake WHERE room = :room AND about = :about ORDER BY created_at DESC, id DESC LIMIT :limit;

-- name: being_read
SELECT id, room, about, scope, check_only, actor, format, size, state, fault, reached, rows_read, added, known, refused,
    created_at
FROM intake WHERE state = 'reading' ORDER BY created_at DESC, id DESC LIMIT :limit;

-- name: reading$
SELECT COUNT(*) FROM intake WHERE room = :room AND about = :about AND state = 'reading';

-- name: claim!
-- Nothing when another run has come further, or the file was cancelled: this one stops.
UPDATE intake SET rows_read = :rows_read, reached = :reached
WHERE id = :id AND state = 'reading' AND rows_read < :rows_read;

-- name: count!
UPDATE intake SET added = added + :added, known = known + :known, refused = refused + :refused WHERE id = :id;

-- name: refuse*!
INSERT INTO intake_refusal (intake_id, number, words_sealed) VALUES (:intake_id, :number, :words_sealed)
ON CONFLICT (intake_id, number) DO NOTHING;

-- name: end!
UPDATE intake SET state = :state, fault = :fault WHERE id = :id AND state = 'reading';

-- name: forget_refusals!
DELETE FROM intake_refusal WHERE intake_id IN
    (SELECT id FROM intake WHERE state <> 'reading' AND refused > 0 AND created_at < :before);

-- name: refusals
SELECT number, words_sealed FROM intake_refusal WHERE intake_id = :intake_id AND number > :after
ORDER BY number LIMIT :limit;
