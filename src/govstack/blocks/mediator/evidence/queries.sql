-- The message log: chains, entries, time stamps, certificates, payloads.

-- name: free_chain^
-- A chain this process holds, or one whose holder has gone quiet.
SELECT chain, number, hash FROM message_chain
WHERE holder = :holder OR held_until < :now
ORDER BY held_until DESC, chain
LIMIT 1;

-- name: free_chain__postgres^
SELECT chain, number, hash FROM message_chain
WHERE holder = :holder OR held_until < :now
ORDER BY held_until DESC, chain
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: hold_chain!
UPDATE message_chain SET holder = :holder, held_until = :until WHERE chain = :chain;

-- name: begin_chain!
INSERT INTO message_chain (chain, number, hash, holder, held_until) VALUES (:chain, 0, '', :holder, :until);

-- name: advance_chain!
-- Changes nothing when another process has taken the chain over, or its end is not where this one believes.
UPDATE message_chain SET number = :number, hash = :hash, held_until = :until
WHERE chain = :chain AND holder = :holder AND number = :expected;

-- name: release_chain!
UPDATE message_chain SET held_until = '' WHERE chain = :chain AND holder = :holder;

-- name: chains
SELECT chain, number FROM message_chain ORDER BY chain;

-- name: add_seal!
INSERT INTO message_seal (chain, number, hash, at, kid, signature)
VALUES (:chain, :number, :hash, :at, :kid, :signature)
ON CONFLICT (chain, number) DO NOTHING;

-- name: seals
SELECT chain, number, hash, at, kid, signature FROM message_seal
WHERE chain = :chain AND number BETWEEN :first AND :last
ORDER BY number;

-- name: seal_from^
SELECT chain, number, hash, at, kid, signature FROM message_seal
WHERE chain = :chain AND number >= :number
ORDER BY number
LIMIT 1;

-- name: add_certificate!
INSERT INTO message_certificate (kid, kind, subject, pem, issued_at)
VALUES (:kid, :kind, :subject, :pem, :issued_at)
ON CONFLICT (kid) DO NOTHING;

-- name: certificates
SELECT kid, kind, subject, pem, issued_at FROM message_certificate ORDER BY issued_at, kid;

-- name: spans
SELECT chain, MIN(number) AS first, MAX(number) AS last FROM message_entry
WHERE message_id >= :low AND message_id < :high
GROUP BY chain
ORDER BY chain;

-- name: entries_of_chain
SELECT * FROM message_entry WHERE chain = :chain AND number BETWEEN :first AND :last ORDER BY number LIMIT :limit;

-- name: entries_of_message
SELECT * FROM message_entry WHERE message_id = :message_id ORDER BY direction DESC;

-- name: answers_after
SELECT * FROM message_entry
WHERE chain = :chain AND number > :number AND number <= :last AND direction = 'answer'
ORDER BY number;

-- name: add_payload!
INSERT INTO message_payload (message_id, direction, sealed, kept_until)
VALUES (:message_id, :direction, :sealed, :kept_until);

-- name: payload$
SELECT sealed FROM message_payload WHERE message_id = :message_id AND direction = :direction AND kept_until > :now;

-- name: forget_payloads!
DELETE FROM message_payload WHERE kept_until <= :now;
