-- name: add!
INSERT INTO change_request (id, person_id, event_id, state, request_print, created_at, decided_at, decided_by, content)
VALUES (:id, :person_id, :event_id, :state, :request_print, :created_at, '', '', :content);

-- name: by_id^
SELECT * FROM change_request WHERE id = :id;

-- name: by_print^
SELECT * FROM change_request WHERE request_print = :request_print;

-- name: open
SELECT * FROM change_request WHERE state = 'open' ORDER BY created_at, id LIMIT :limit;

-- name: of_person
SELECT * FROM change_request WHERE person_id = :person_id ORDER BY created_at DESC, id DESC LIMIT :limit;

-- name: count_open$
SELECT COUNT(*) FROM change_request WHERE person_id = :person_id AND state = 'open';

-- name: decide!
UPDATE change_request SET state = :state, decided_at = :decided_at, decided_by = :decided_by, content = :content
WHERE id = :id AND state = 'open';
