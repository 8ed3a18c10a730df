-- name: end!
INSERT INTO ended_session (name, began_by, at) VALUES (:name, :began_by, :at)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, began_by =
    CASE WHEN excluded.began_by > ended_session.began_by THEN excluded.began_by ELSE ended_session.began_by END;

-- name: forget!
DELETE FROM ended_session WHERE at < :before;

-- name: ended^
SELECT 1 AS found FROM ended_session WHERE name = ANY(:names) AND began_by >= :began LIMIT 1;
