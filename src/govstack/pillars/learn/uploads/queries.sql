-- name: add!
INSERT INTO upload (id, campaign_id, actor, caller_sealed, format, size, state, fault, rows_read, added, known,
    refused, created_at)
VALUES (:id, :campaign_id, :actor, :caller_sealed, :format, 0, 'reading', '', 0, 0, 0, 0, :created_at);

-- name: received!
UPDATE upload SET size = :size WHERE id = :id;

-- name: add_piece!
INSERT INTO upload_piece (upload_id, number, content) VALUES (:upload_id, :number, :content);

-- name: piece$
SELECT content FROM upload_piece WHERE upload_id = :upload_id AND number = :number;

-- name: drop_pieces!
DELETE FROM upload_piece WHERE upload_id = :upload_id;

-- name: drop!
DELETE FROM upload WHERE id = :id;

-- name: by_id^
SELECT id, campaign_id, actor, format, size, state, fault, rows_read, added, known, refused, created_at
FROM upload WHERE id = :id;

-- name: caller$
SELECT caller_sealed FROM upload WHERE id = :id;

-- name: of_campaign
SELECT id, campaign_id, actor, format, size, state, fault, rows_read, added, known, refused, created_at
FROM upload WHERE campaign_id = :campaign_id ORDER BY created_at DESC, id DESC LIMIT :limit;

-- name: reading$
SELECT COUNT(*) FROM upload WHERE campaign_id = :campaign_id AND state = 'reading';

-- name: read_on!
-- Nothing when another run has come further: that one goes on.
UPDATE upload SET rows_read = :rows_read, added = added + :added, known = known + :known, refused = refused + :refused
WHERE id = :id AND state = 'reading' AND rows_read < :rows_read;

-- name: refuse*!
INSERT INTO upload_refusal (upload_id, number, words_sealed) VALUES (:upload_id, :number, :words_sealed)
ON CONFLICT (upload_id, number) DO NOTHING;

-- name: end!
UPDATE upload SET state = :state, fault = :fault WHERE id = :id AND state = 'reading';

-- name: refusals
SELECT number, words_sealed FROM upload_refusal WHERE upload_id = :upload_id AND number > :after
ORDER BY number LIMIT :limit;
