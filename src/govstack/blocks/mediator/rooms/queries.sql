-- Rooms, event types and rights in them. A room is open while its application and its member are connected.

-- name: room^
SELECT r.id, r.application_id, m.instance, m.member_class, m.code AS member_code, a.code AS application_code, r.title,
       r.description, r.registered_by, r.registered_at
FROM room r JOIN application a ON a.id = r.application_id JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance AND m.member_class = :member_class AND m.code = :member_code AND a.code = :code
  AND a.state = 'accepted' AND m.state = 'accepted';

-- name: rooms
SELECT r.id, r.application_id, m.instance, m.member_class, m.code AS member_code, a.code AS application_code, r.title,
       r.description, r.registered_by, r.registered_at
FROM room r JOIN application a ON a.id = r.application_id JOIN member m ON m.id = a.member_id
WHERE m.instance = :instance AND a.state = 'accepted' AND m.state = 'accepted' AND r.id > :after
ORDER BY r.id
LIMIT :limit;

-- name: room_of_application^
SELECT id FROM room WHERE application_id = :application_id;

-- name: insert_room!
INSERT INTO room (id, application_id, title, description, registered_by, registered_at)
VALUES (:id, :application_id, :title, :description, :registered_by, :registered_at);

-- name: update_room!
UPDATE room SET title = :title, description = :description WHERE id = :id;

-- name: delete_room!
DELETE FROM room WHERE id = :id;

-- name: ground^
-- One look at everything that stands before an act in a room. The room's own application may do all in it.
SELECT r.id, r.application_id, m.instance, m.member_class, m.code AS member_code, a.code AS application_code, r.title,
       r.description, r.registered_by, r.registered_at,
       (SELECT t.id FROM event_type t WHERE t.room_id = r.id AND t.name = :event_type) AS event_type_id,
       c.id AS caller_id,
       c.id = r.application_id OR EXISTS (
           SELECT 1 FROM room_right g
           WHERE g.room_id = r.id AND g.application_id = c.id AND g.act = :act
             AND (g.event_type = '' OR g.event_type = :event_type)
       ) AS allowed
FROM room r JOIN application a ON a.id = r.application_id JOIN member m ON m.id = a.member_id
LEFT JOIN member cm ON cm.instance = :client_instance AND cm.member_class = :client_class
    AND cm.code = :client_member AND cm.state = 'accepted'
LEFT JOIN application c ON c.member_id = cm.id AND c.code = :client_code AND c.state = 'accepted'
WHERE m.instance = :instance AND m.member_class = :member_class AND m.code = :member_code AND a.code = :code
  AND a.state = 'accepted' AND m.state = 'accepted';

-- name: insert_event_type!
INSERT INTO event_type (id, room_id, name, schema_text, created_by, created_at)
VALUES (:id, :room_id, :name, :schema_text, :created_by, :created_at);

-- name: event_type_names
SELECT name FROM event_type WHERE room_id = :room_id ORDER BY name;

-- name: event_types
SELECT t.id, t.room_id, t.name, t.schema_text, t.created_by, t.created_at,
       (SELECT count(*) FROM subscription s WHERE s.event_type_id = t.id) AS subscriptions
FROM event_type t
WHERE t.room_id = :room_id AND t.name > :after AND (:name = '' OR t.name = :name)
ORDER BY t.name
LIMIT :limit;

-- name: schema_text$
SELECT schema_text FROM event_type WHERE id = :id;

-- name: count_event_types$
SELECT count(*) FROM event_type WHERE room_id = :room_id;

-- name: delete_event_type!
DELETE FROM event_type WHERE id = :id;

-- name: delete_rights_of_type!
DELETE FROM room_right WHERE room_id = :room_id AND event_type = :event_type AND event_type <> '';

-- name: drop_deliveries!
-- What waits in the queues of a room ends with the room or its type.
UPDATE delivery
SET state = 'dropped', finished_at = :now, leased_until = NULL, worker = NULL, reason = :reason
WHERE room = :room AND (:event_type = '' OR event_type = :event_type) AND state = 'waiting';

-- name: rights
SELECT m.instance || '/' || m.member_class || '/' || m.code || '/' || a.code AS client, g.act, g.event_type,
       g.granted_by, g.granted_at
FROM room_right g JOIN application a ON a.id = g.application_id JOIN member m ON m.id = a.member_id
WHERE g.room_id = :room_id
  AND (m.member_class || '/' || m.code || '/' || a.code, g.act, g.event_type) > (:after_client, :after_act, :after_type)
ORDER BY m.member_class || '/' || m.code || '/' || a.code, g.act, g.event_type
LIMIT :limit;

-- name: insert_right!
INSERT INTO room_right (room_id, application_id, act, event_type, granted_by, granted_at)
VALUES (:room_id, :application_id, :act, :event_type, :granted_by, :granted_at)
ON CONFLICT (room_id, application_id, act, event_type) DO NOTHING;

-- name: delete_right!
-- Taking away what covers every type takes the single types with it.
DELETE FROM room_right
WHERE room_id = :room_id AND application_id = :application_id AND act = :act
  AND (:event_type = '' OR event_type = :event_type);

-- name: uncovered_subscriptions
SELECT s.id FROM subscription s JOIN event_type t ON t.id = s.event_type_id JOIN room r ON r.id = t.room_id
WHERE t.room_id = :room_id AND s.application_id = :application_id AND s.application_id <> r.application_id
  AND NOT EXISTS (
    SELECT 1 FROM room_right g
    WHERE g.room_id = t.room_id AND g.application_id = s.application_id AND g.act = 'subscribe'
      AND (g.event_type = '' OR g.event_type = t.name)
  );

-- name: subscriptions_of_application
SELECT s.id FROM subscription s WHERE s.application_id = :application_id;

-- name: end_subscriptions!
DELETE FROM subscription WHERE id = ANY(:ids);

-- name: drop_queues!
UPDATE delivery
SET state = 'dropped', finished_at = :now, leased_until = NULL, worker = NULL, reason = :reason
WHERE subscription_id = ANY(:ids) AND state = 'waiting';

-- name: delete_rights_of_application!
DELETE FROM room_right WHERE application_id = :application_id;
