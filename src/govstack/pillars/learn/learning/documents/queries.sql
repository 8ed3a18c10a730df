-- name: document^
SELECT id, media_type, etag, changed_at, content FROM course_document
WHERE kind = :kind AND activity = :activity AND agent = ANY(:agents) AND registration = :registration AND name = :name
ORDER BY changed_at DESC LIMIT 1;

-- name: names
SELECT name FROM course_document
WHERE kind = :kind AND activity = :activity AND agent = ANY(:agents)
    AND (CAST(:registration AS TEXT) = '' OR registration = :registration) AND changed_at > :since
GROUP BY name ORDER BY name LIMIT :limit;

-- name: remove!
DELETE FROM course_document
WHERE kind = :kind AND activity = :activity AND agent = ANY(:agents) AND registration = :registration AND name = :name;

-- name: remove_all!
DELETE FROM course_document
WHERE kind = :kind AND activity = :activity AND agent = ANY(:agents)
    AND (CAST(:registration AS TEXT) = '' OR registration = :registration);

-- name: put!
INSERT INTO course_document (id, kind, activity, agent, registration, name, media_type, etag, changed_at, content)
VALUES (:id, :kind, :activity, :agent, :registration, :name, :media_type, :etag, :changed_at, :content);

-- name: forget!
DELETE FROM course_document WHERE agent = ANY(:agents);
