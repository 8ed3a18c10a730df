-- name: put_offering!
INSERT INTO offering (id, document, state, track, delivery, created_at, changed_at)
VALUES (:id, :document, :state, :track, :delivery, :at, :at)
ON CONFLICT (id) DO UPDATE SET document = excluded.document, state = excluded.state, track = excluded.track,
    delivery = excluded.delivery, changed_at = excluded.changed_at;

-- name: lock_offering!
-- Whoever changes an offering comes here first, so that nobody overwrites what they have not seen.
UPDATE offering SET state = state WHERE id = :id;

-- name: clear_tags!
DELETE FROM offering_tag WHERE offering_id = :offering_id;

-- name: add_tag!
INSERT INTO offering_tag (offering_id, kind, value) VALUES (:offering_id, :kind, :value)
ON CONFLICT (kind, value, offering_id) DO NOTHING;

-- name: offering^
SELECT document FROM offering WHERE id = :id;

-- name: offerings_by_id
SELECT document FROM offering WHERE id = ANY(:ids) ORDER BY id;

-- name: listed
SELECT document FROM offering
WHERE (:state = '' OR state = :state) AND (:track = '' OR track = :track) AND (:delivery = '' OR delivery = :delivery)
  AND (:type = '' OR EXISTS (SELECT 1 FROM offering_tag t WHERE t.offering_id = offering.id AND t.kind = 'type' AND t.value = :type))
  AND (:language = '' OR EXISTS (SELECT 1 FROM offering_tag t WHERE t.offering_id = offering.id AND t.kind = 'language' AND t.value = :language))
  AND id > :after
ORDER BY id LIMIT :limit;

-- name: add_session!
INSERT INTO course_session (id, offering_id, starts_at, ends_at, seats, centre_id, cancelled, document, created_at, changed_at)
VALUES (:id, :offering_id, :starts_at, :ends_at, :seats, :centre_id, :cancelled, :document, :at, :at)
ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, seats = excluded.seats,
    centre_id = excluded.centre_id, cancelled = excluded.cancelled, document = excluded.document,
    changed_at = excluded.changed_at
WHERE course_session.offering_id = excluded.offering_id AND course_session.taken <= excluded.seats;

-- name: session^
SELECT document, taken FROM course_session WHERE id = :id;

-- name: lock_session!
-- Whoever gives or frees a seat comes here first, so that seats are counted by one at a time.
UPDATE course_session SET taken = taken WHERE id = :id;

-- name: set_taken!
UPDATE course_session SET taken = :taken WHERE id = :id;

-- name: sessions_of
SELECT document, taken FROM (
    SELECT document, taken, starts_at, id, ROW_NUMBER() OVER (PARTITION BY offering_id ORDER BY starts_at, id) AS place
    FROM course_session WHERE offering_id = ANY(:offering_ids) AND ends_at >= :since
) AS held WHERE place <= :each ORDER BY starts_at, id;

-- name: sessions_by_id
SELECT document, taken FROM course_session WHERE id = ANY(:ids) ORDER BY starts_at, id;

-- name: to_come
-- The coming sessions of everything that is offered now, in the order of their start.
SELECT s.document, s.taken FROM course_session s JOIN offering o ON o.id = s.offering_id
WHERE s.starts_at >= :now AND s.cancelled = 0 AND o.state = 'open' AND (
    :after = '' OR s.starts_at > (SELECT starts_at FROM course_session WHERE id = :after)
    OR (s.starts_at = (SELECT starts_at FROM course_session WHERE id = :after) AND s.id > :after)
)
ORDER BY s.starts_at, s.id LIMIT :limit;

-- name: sessions
SELECT document, taken FROM course_session WHERE (:centre_id = '' OR centre_id = :centre_id)
  AND ends_at >= :since AND starts_at <= :until AND (
    :after = '' OR starts_at > (SELECT starts_at FROM course_session WHERE id = :after)
    OR (starts_at = (SELECT starts_at FROM course_session WHERE id = :after) AND id > :after)
)
ORDER BY starts_at, id LIMIT :limit;

-- name: sessions_back
SELECT document, taken FROM course_session WHERE (:centre_id = '' OR centre_id = :centre_id)
  AND ends_at >= :since AND starts_at <= :until AND (
    :after = '' OR starts_at < (SELECT starts_at FROM course_session WHERE id = :after)
    OR (starts_at = (SELECT starts_at FROM course_session WHERE id = :after) AND id < :after)
)
ORDER BY starts_at DESC, id DESC LIMIT :limit;

-- name: changed_offerings
SELECT id, changed_at FROM offering WHERE id = ANY(:ids);

-- name: changed_sessions
SELECT offering_id AS id, MAX(changed_at) AS changed_at FROM course_session WHERE offering_id = ANY(:ids)
GROUP BY offering_id;
