-- name: forget!
DELETE FROM resemblance WHERE person_id = :person_id;

-- name: keep*!
INSERT INTO resemblance (token, person_id) VALUES (:token, :person_id);

-- name: candidates
SELECT person_id FROM resemblance WHERE token = ANY(:tokens)
GROUP BY person_id ORDER BY COUNT(*) DESC, person_id LIMIT :limit;
