-- name: note_proof!
INSERT INTO fresh_proof (person_id, session, at) VALUES (:person_id, :session, :at)
ON CONFLICT (person_id, session) DO UPDATE SET at = excluded.at;

-- name: forget_proofs!
DELETE FROM fresh_proof WHERE at < :before;

-- name: forget_proofs_of_person!
DELETE FROM fresh_proof WHERE person_id = :person_id;

-- name: is_fresh$
SELECT COUNT(*) FROM fresh_proof WHERE person_id = :person_id AND session = :session AND at > :since AND at <= :until;

-- name: publish!
INSERT INTO published_proof (person_id, print, method) VALUES (:person_id, :print, :method)
ON CONFLICT (person_id, print) DO UPDATE SET method = excluded.method;

-- name: published^
SELECT method FROM published_proof WHERE person_id = :person_id AND print = ANY(:prints);
