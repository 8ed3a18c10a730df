-- name: trained^
SELECT COUNT(DISTINCT person_id) AS people FROM course_enrolment WHERE state = 'completed';

-- name: by_track
SELECT o.track AS value, COUNT(DISTINCT e.person_id) AS people
FROM course_enrolment e
JOIN course_session s ON s.id = e.session_id
JOIN offering o ON o.id = s.offering_id
WHERE e.state = 'completed' GROUP BY o.track ORDER BY o.track;

-- name: by_type
SELECT t.value AS value, COUNT(DISTINCT e.person_id) AS people
FROM course_enrolment e
JOIN course_session s ON s.id = e.session_id
JOIN offering_tag t ON t.offering_id = s.offering_id AND t.kind = 'type'
WHERE e.state = 'completed' GROUP BY t.value ORDER BY t.value;

-- name: trained_people
SELECT DISTINCT person_id FROM course_enrolment WHERE state = 'completed' ORDER BY person_id;

-- name: by_gender
SELECT gender AS value, COUNT(DISTINCT person_id) AS people
FROM course_enrolment WHERE state = 'completed' GROUP BY gender ORDER BY gender;

-- name: badges
SELECT state AS value, COUNT(*) AS badges, COUNT(DISTINCT person_id) AS people
FROM badge WHERE state <> 'draft' GROUP BY state ORDER BY state;

-- name: centres^
SELECT COUNT(*) AS centres FROM training_centre;

-- name: communities^
-- A community that was taken out of use counts no more.
SELECT COUNT(DISTINCT m.community_id) AS communities, COUNT(DISTINCT m.person_id) AS people
FROM community_member m JOIN record r ON r.id = m.community_id AND r.kind = 'community'
WHERE m.left_at IS NULL AND NOT r.archived;

-- name: sessions^
SELECT COUNT(*) AS sessions
FROM course_session s JOIN offering o ON o.id = s.offering_id
WHERE s.starts_at >= :now AND s.cancelled = 0 AND o.state = 'open';

-- name: completions
-- What the numbers of people trained were counted from, without names.
SELECT e.id AS enrolment_id, s.offering_id AS offering_id, s.id AS session_id, o.track AS track, e.gender AS gender,
    e.ministry_id AS organisation_id, s.ends_at AS ended_on
FROM course_enrolment e
JOIN course_session s ON s.id = e.session_id
JOIN offering o ON o.id = s.offering_id
WHERE e.state = 'completed' AND (:track = '' OR o.track = :track) AND (:gender = '' OR e.gender = :gender)
    AND (:type = '' OR EXISTS (SELECT 1 FROM offering_tag t
        WHERE t.offering_id = s.offering_id AND t.kind = 'type' AND t.value = :type))
ORDER BY s.ends_at DESC, e.id LIMIT :limit OFFSET :offset;
