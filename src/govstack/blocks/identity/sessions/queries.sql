-- name: begin!
INSERT INTO provider_session (print, id, person_id, acr, methods, authenticated_at, expires_at)
VALUES (:print, :id, :person_id, :acr, :methods, :authenticated_at, :expires_at);

-- name: by_print^
SELECT id, person_id, acr, methods, authenticated_at, expires_at FROM provider_session WHERE print = :print;

-- name: end_print^
DELETE FROM provider_session WHERE print = :print RETURNING id;

-- name: end_id!
DELETE FROM provider_session WHERE id = :id;

-- name: end_person
DELETE FROM provider_session WHERE person_id = :person_id RETURNING id;

-- name: forget!
DELETE FROM provider_session WHERE expires_at < :before;

-- name: join!
-- A client may get tokens several times in one session, by the same name of it.
INSERT INTO session_client (session_id, client_id, person_id, subject, sid, began_at)
VALUES (:session_id, :client_id, :person_id, :subject, :sid, :now)
ON CONFLICT (session_id, client_id) DO UPDATE SET began_at = excluded.began_at;

-- name: member^
SELECT session_id, client_id, person_id, subject, sid
FROM session_client WHERE session_id = :session_id AND client_id = :client_id;

-- name: member_by_sid^
SELECT session_id, client_id, person_id, subject, sid FROM session_client WHERE client_id = :client_id AND sid = :sid;

-- name: leave
DELETE FROM session_client WHERE session_id = :session_id RETURNING session_id, client_id, person_id, subject, sid;

-- name: leave_person
DELETE FROM session_client WHERE person_id = :person_id RETURNING session_id, client_id, person_id, subject, sid;

-- name: forget_members!
DELETE FROM session_client WHERE began_at < :before;
