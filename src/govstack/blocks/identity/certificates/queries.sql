-- name: put!
INSERT INTO certificate (serial, kind, subject, pem, issued_at, expires_at)
VALUES (:serial, :kind, :subject, :pem, :issued_at, :expires_at);

-- name: by_serial^
SELECT serial, kind, subject, pem, issued_at, expires_at, revoked_at, reason FROM certificate WHERE serial = :serial;

-- name: revoke!
UPDATE certificate SET revoked_at = :revoked_at, reason = :reason WHERE serial = :serial AND revoked_at IS NULL;

-- name: revoked
SELECT serial, kind, subject, pem, issued_at, expires_at, revoked_at, reason FROM certificate
WHERE revoked_at IS NOT NULL AND expires_at > :now ORDER BY revoked_at LIMIT :limit;

-- name: listed
SELECT serial, kind, subject, pem, issued_at, expires_at, revoked_at, reason FROM certificate
WHERE kind <> 'wallet' AND serial > :after ORDER BY serial LIMIT :limit;
