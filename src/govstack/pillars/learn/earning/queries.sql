-- name: link!
INSERT INTO course_badge (course_id, achievement_id, created_at) VALUES (:course_id, :achievement_id, :created_at)
ON CONFLICT (course_id, achievement_id) DO NOTHING;

-- name: unlink!
DELETE FROM course_badge WHERE course_id = :course_id AND achievement_id = :achievement_id;

-- name: of_course
SELECT achievement_id FROM course_badge WHERE course_id = :course_id ORDER BY achievement_id LIMIT :limit;
