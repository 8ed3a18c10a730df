-- name: add_content!
INSERT INTO attachment_content (id, content) VALUES (:id, :content);

-- name: add*!
INSERT INTO statement_attachment (position, content_id, length) VALUES (:position, :content_id, :length);

-- name: held
SELECT position, content_id, length FROM statement_attachment WHERE position = ANY(:positions);

-- name: contents
SELECT id, content FROM attachment_content WHERE id = ANY(:ids) ORDER BY id;

-- name: remove_unheld!
DELETE FROM attachment_content WHERE id = ANY(:ids)
    AND NOT EXISTS (SELECT 1 FROM statement_attachment a WHERE a.content_id = attachment_content.id);
