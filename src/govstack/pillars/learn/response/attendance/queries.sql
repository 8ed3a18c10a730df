-- name: mark!
INSERT INTO course_attendance (enrolment_id, day, mark, how, at) VALUES (:enrolment_id, :day, :mark, :how, :at)
ON CONFLICT (enrolment_id, day) DO UPDATE SET mark = excluded.mark, how = excluded.how, at = excluded.at
WHERE course_attendance.mark <> excluded.mark;

-- name: note!
-- A code or a paper list says that somebody was there, not when they came: whoever is marked late stays so.
INSERT INTO course_attendance (enrolment_id, day, mark, how, at) VALUES (:enrolment_id, :day, 'present', :how, :at)
ON CONFLICT (enrolment_id, day) DO UPDATE SET mark = excluded.mark, how = excluded.how, at = excluded.at
WHERE course_attendance.mark = 'absent';

-- name: marks
SELECT enrolment_id, day, mark FROM course_attendance WHERE enrolment_id = ANY(:enrolment_ids) ORDER BY day;

-- name: put_result!
INSERT INTO part_result (enrolment_id, part, done, percent, at) VALUES (:enrolment_id, :part, :done, :percent, :at)
ON CONFLICT (enrolment_id, part) DO UPDATE SET done = excluded.done, percent = excluded.percent, at = excluded.at;

-- name: results
SELECT enrolment_id, part, done, percent FROM part_result WHERE enrolment_id = ANY(:enrolment_ids) ORDER BY part;

-- name: certify!
INSERT INTO course_certificate (id, enrolment_id, attendance_percent, assessment_percent, issued_at)
VALUES (:id, :enrolment_id, :attendance_percent, :assessment_percent, :at) ON CONFLICT (enrolment_id) DO NOTHING;

-- name: certificates
SELECT id, enrolment_id, issued_at FROM course_certificate WHERE enrolment_id = ANY(:enrolment_ids);

-- name: reached^
SELECT attendance_percent, assessment_percent FROM course_certificate WHERE enrolment_id = :enrolment_id;

-- name: certified_in
SELECT DISTINCT e.person_id AS person_id FROM course_certificate c
JOIN course_enrolment e ON e.id = c.enrolment_id JOIN course_session s ON s.id = e.session_id
WHERE s.offering_id = :offering_id AND e.person_id > :after ORDER BY e.person_id LIMIT :limit;

-- name: certificates_of
SELECT c.enrolment_id AS enrolment_id FROM course_certificate c
JOIN course_enrolment e ON e.id = c.enrolment_id JOIN course_session s ON s.id = e.session_id
WHERE s.offering_id = :offering_id AND e.person_id = :person_id ORDER BY c.issued_at, c.enrolment_id LIMIT :limit;

-- name: count_certified$
SELECT COUNT(DISTINCT e.person_id) FROM course_certificate c
JOIN course_enrolment e ON e.id = c.enrolment_id JOIN course_session s ON s.id = e.session_id
WHERE s.offering_id = :offering_id;

-- name: absent
-- Places whose people were marked absent, in sessions where nobody was marked otherwise; whoever gave a place back has none.
SELECT e.session_id AS session_id,
    COUNT(DISTINCT CASE WHEN e.state IN ('confirmed', 'completed', 'not-completed') THEN e.id END) AS places FROM course_attendance a
JOIN course_enrolment e ON e.id = a.enrolment_id
WHERE e.session_id = ANY(:session_ids)
GROUP BY e.session_id HAVING SUM(CASE WHEN a.mark <> 'absent' THEN 1 ELSE 0 END) = 0;
