-- name: drop_links!
DELETE FROM wallet_link;

-- name: drop_proofs!
DELETE FROM wallet_proof;

-- name: drop_bindings!
DELETE FROM wallet_binding;

-- name: drop_users!
DELETE FROM wallet_user;

-- name: drop_partners!
DELETE FROM wallet_partner;

-- name: drop_certificates!
DELETE FROM certificate;

-- name: drop_published!
DELETE FROM published_proof;

-- name: drop_fresh!
DELETE FROM fresh_proof;

-- name: drop_questions!
DELETE FROM passkey_challenge;

-- name: drop_passkeys!
DELETE FROM passkey;

-- name: drop_authenticators!
DELETE FROM authenticator;

-- name: drop_secrets!
DELETE FROM known_secret;

-- name: drop_sendings!
DELETE FROM code_sending;

-- name: drop_one_time_codes!
DELETE FROM one_time_code;

-- name: drop_lockouts!
DELETE FROM lockout;

-- name: drop_codes!
DELETE FROM authorization_code;

-- name: drop_transactions!
DELETE FROM sign_in_transaction;

-- name: drop_clients!
DELETE FROM oauth_client;

-- name: drop_resemblance!
DELETE FROM resemblance;

-- name: drop_changes!
DELETE FROM identity_change;

-- name: drop_identifiers!
DELETE FROM identifier;

-- name: drop_identities!
DELETE FROM identity;
