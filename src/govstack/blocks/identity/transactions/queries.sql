-- name: begin!
INSERT INTO sign_in_transaction (id, request, stage, progress, expires_at, reusable)
VALUES (:id, :request, :stage, :progress, :expires_at, :reusable);

-- name: transaction_by_id^
SELECT id, request, stage, progress, expires_at, reusable FROM sign_in_transaction WHERE id = :id;

-- name: go_on!
UPDATE sign_in_transaction SET stage = :stage, progress = :progress, session_id = :session_id
WHERE id = :id AND stage = :before;

-- name: keep_code!
INSERT INTO authorization_code (code_hash, transaction_id, expires_at, used_at)
VALUES (:code_hash, :transaction_id, :expires_at, NULL);

-- name: code_by_hash^
SELECT transaction_id, expires_at, used_at FROM authorization_code WHERE code_hash = :code_hash;

-- name: use_code!
UPDATE authorization_code SET used_at = :used_at WHERE code_hash = :code_hash AND used_at IS NULL;

-- name: end_codes_of_session!
-- Those that were used stay, so that a second use is still noticed.
DELETE FROM authorization_code
WHERE used_at IS NULL AND transaction_id IN (SELECT id FROM sign_in_transaction WHERE session_id = :session_id);

-- name: end_session!
DELETE FROM sign_in_transaction WHERE session_id = :session_id AND stage <> 'code-issued' AND NOT reusable;

-- name: forget_old_transactions!
DELETE FROM sign_in_transaction WHERE expires_at < :before;

-- name: remove_transaction!
DELETE FROM sign_in_transaction WHERE id = :id;

-- name: remove_all_transactions!
DELETE FROM sign_in_transaction;
