-- name: remember_assertion!
INSERT INTO client_assertion (print, expires_at) VALUES (:print, :expires_at) ON CONFLICT (print) DO NOTHING;

-- name: forget_assertions!
DELETE FROM client_assertion WHERE expires_at < :before;

-- name: keep_subject!
INSERT INTO pairwise_subject (person_id, sector, subject) VALUES (:person_id, :sector, :subject)
ON CONFLICT (person_id, sector) DO NOTHING;

-- name: subject^
SELECT subject FROM pairwise_subject WHERE person_id = :person_id AND sector = :sector;

-- name: keep_grant!
INSERT INTO token_grant
    (id, transaction_id, client_id, person_id, subject, scopes, claims, locales, expires_at, ended_at)
VALUES
    (:id, :transaction_id, :client_id, :person_id, :subject, :scopes, :claims, :locales, :expires_at, NULL);

-- name: grant_by_id^
SELECT id, transaction_id, client_id, person_id, subject, scopes, claims, locales, expires_at, ended_at
FROM token_grant WHERE id = :id;

-- name: end_grants_of_transaction!
UPDATE token_grant SET ended_at = :now WHERE transaction_id = :transaction_id AND ended_at IS NULL;

-- name: end_grants_of_client!
UPDATE token_grant SET ended_at = :now
WHERE person_id = :person_id AND client_id = :client_id AND ended_at IS NULL AND expires_at > :now;

-- name: forget_grants!
DELETE FROM token_grant WHERE expires_at < :before;
