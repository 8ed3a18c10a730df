-- Archives: what may leave, what is written into files, what leaves, and what stays.

-- name: candidates
-- Requests of which nothing is under way: no message, no answer, nothing sealed.
SELECT r.id, r.messages, r.received_at FROM message_request r
WHERE r.received_at < :before
  AND NOT EXISTS (SELECT 1 FROM message_secret s WHERE s.request_id = r.id)
  AND NOT EXISTS (SELECT 1 FROM archive_pause p WHERE p.request_id = r.id AND p.until > :now)
  AND NOT EXISTS (
      SELECT 1 FROM message m WHERE m.request_id = r.id AND NOT EXISTS (
          SELECT 1 FROM message_event e
          WHERE e.message_id = m.id AND e.state IN ('delivered', 'failed') AND NOT EXISTS (
              SELECT 1 FROM message_event n WHERE n.message_id = e.message_id AND n.sequence > e.sequence
          )
      )
  )
  AND NOT EXISTS (
      SELECT 1 FROM reply p WHERE p.request_id = r.id AND NOT EXISTS (
          SELECT 1 FROM reply_event e WHERE e.reply_id = p.id AND e.state IN ('forwarded', 'dropped')
      )
  )
ORDER BY r.number LIMIT :limit;

-- name: message_request
SELECT * FROM message_request WHERE id = ANY(:ids) AND number > :after ORDER BY number LIMIT :limit;

-- name: request_tally
SELECT request_id, status, messages FROM request_tally WHERE request_id = ANY(:ids) ORDER BY request_id, status;

-- name: request_extension
SELECT * FROM request_extension WHERE request_id = ANY(:ids) AND number > :after ORDER BY number LIMIT :limit;

-- name: message
SELECT * FROM message WHERE request_id = ANY(:ids) AND number > :after ORDER BY number LIMIT :limit;

-- name: message_event
SELECT e.* FROM message_event e JOIN message m ON m.id = e.message_id
WHERE m.request_id = ANY(:ids) AND e.number > :after ORDER BY e.number LIMIT :limit;

-- name: message_part
SELECT p.* FROM message_part p JOIN message m ON m.id = p.message_id
WHERE m.request_id = ANY(:ids) AND p.number > :after ORDER BY p.number LIMIT :limit;

-- name: part_receipt
SELECT p.* FROM part_receipt p JOIN message m ON m.id = p.message_id
WHERE m.request_id = ANY(:ids) ORDER BY p.message_id, p.part;

-- name: reply
SELECT * FROM reply WHERE request_id = ANY(:ids) AND number > :after ORDER BY number LIMIT :limit;

-- name: reply_event
SELECT e.* FROM reply_event e JOIN reply p ON p.id = e.reply_id
WHERE p.request_id = ANY(:ids) AND e.number > :after ORDER BY e.number LIMIT :limit;

-- name: ends
SELECT substr(r.received_at, 1, 10) AS day, r.sender_id, e.state, e.reason, COUNT(*) AS messages
FROM message_request r JOIN message m ON m.request_id = r.id JOIN message_event e ON e.message_id = m.id
WHERE r.id = ANY(:ids) AND NOT EXISTS (
    SELECT 1 FROM message_event n WHERE n.message_id = e.message_id AND n.sequence > e.sequence
)
GROUP BY substr(r.received_at, 1, 10), r.sender_id, e.state, e.reason;

-- name: tallies
SELECT substr(r.received_at, 1, 10) AS day, r.sender_id, t.status, SUM(t.messages) AS messages
FROM message_request r JOIN request_tally t ON t.request_id = r.id
WHERE r.id = ANY(:ids) AND t.messages > 0
GROUP BY substr(r.received_at, 1, 10), r.sender_id, t.status;

-- name: insert_archive!
INSERT INTO archive (id, digest, file_bytes, requests, messages, first_received_at, last_received_at, made_at)
VALUES (:id, :digest, :file_bytes, :requests, :messages, :first_received_at, :last_received_at, :made_at)
ON CONFLICT (id) DO UPDATE SET restored_at = NULL, made_at = excluded.made_at;

-- name: insert_count!
INSERT INTO archive_count (archive_id, day, sender_id, status, messages)
VALUES (:archive_id, :day, :sender_id, :status, :messages)
ON CONFLICT (archive_id, day, sender_id, status) DO NOTHING;

-- name: release_requests!
INSERT INTO archive_release (id, archive_id) SELECT id, :archive_id FROM message_request WHERE id = ANY(:ids);

-- name: release_messages!
INSERT INTO archive_release (id, archive_id) SELECT id, :archive_id FROM message WHERE request_id = ANY(:ids);

-- name: release_replies!
INSERT INTO archive_release (id, archive_id) SELECT id, :archive_id FROM reply WHERE request_id = ANY(:ids);

-- name: take_message_request!
DELETE FROM message_request WHERE id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_request_tally!
DELETE FROM request_tally WHERE request_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_request_extension!
DELETE FROM request_extension WHERE request_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_message!
DELETE FROM message WHERE request_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_message_event!
DELETE FROM message_event WHERE message_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_message_part!
DELETE FROM message_part WHERE message_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_part_receipt!
DELETE FROM part_receipt WHERE message_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_reply!
DELETE FROM reply WHERE request_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: take_reply_event!
DELETE FROM reply_event WHERE reply_id IN (SELECT id FROM archive_release WHERE archive_id = :archive_id);

-- name: end_release!
DELETE FROM archive_release WHERE archive_id = :archive_id;

-- name: archive^
SELECT number, id, digest, file_bytes, requests, messages, first_received_at, last_received_at, made_at, restored_at
FROM archive WHERE id = :id;

-- name: archives
SELECT number, id, digest, file_bytes, requests, messages, first_received_at, last_received_at, made_at, restored_at
FROM archive WHERE (CAST(:before AS BIGINT) = 0 OR number < :before) ORDER BY number DESC LIMIT :limit;

-- name: months
SELECT substr(c.day, 1, 7) AS month, c.status, SUM(c.messages) AS messages
FROM archive_count c JOIN archive a ON a.id = c.archive_id
WHERE a.restored_at IS NULL AND c.day >= :since
GROUP BY substr(c.day, 1, 7), c.status ORDER BY 1, 2;

-- name: restore!
UPDATE archive SET restored_at = :now WHERE id = :id AND restored_at IS NULL;

-- name: pause!
INSERT INTO archive_pause (request_id, until) VALUES (:request_id, :until)
ON CONFLICT (request_id) DO UPDATE SET until = excluded.until;

-- name: end_pauses!
DELETE FROM archive_pause WHERE until <= :now;
