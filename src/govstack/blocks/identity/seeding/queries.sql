-- name: drop_announcement!
DELETE FROM announcement;

-- name: drop_subscription!
DELETE FROM subscription;

-- name: drop_authenticator!
DELETE FROM authenticator;

-- name: drop_authorization_code!
DELETE FROM authorization_code;

-- name: drop_change_request!
DELETE FROM change_request;

-- name: drop_client_assertion!
DELETE FROM client_assertion;

-- name: drop_code_sending!
DELETE FROM code_sending;

-- name: drop_credential_step!
DELETE FROM credential_step;

-- name: drop_enrolment_candidate!
DELETE FROM enrolment_candidate;

-- name: drop_enrolment_packet!
DELETE FROM enrolment_packet;

-- name: drop_enrolment_piece!
DELETE FROM enrolment_piece;

-- name: drop_enrolment_station!
DELETE FROM enrolment_station;

-- name: drop_enrolment_token!
DELETE FROM enrolment_token;

-- name: drop_fresh_proof!
DELETE FROM fresh_proof;

-- name: drop_identifier!
DELETE FROM identifier;

-- name: drop_identity_change!
DELETE FROM identity_change;

-- name: drop_issuance!
DELETE FROM issuance;

-- name: drop_known_browser!
DELETE FROM known_browser;

-- name: drop_known_secret!
DELETE FROM known_secret;

-- name: drop_lockout!
DELETE FROM lockout;

-- name: drop_named_person!
DELETE FROM named_person;

-- name: drop_oauth_client!
DELETE FROM oauth_client;

-- name: drop_one_time_code!
DELETE FROM one_time_code;

-- name: drop_pairwise_subject!
DELETE FROM pairwise_subject;

-- name: drop_passkey!
DELETE FROM passkey;

-- name: drop_passkey_challenge!
DELETE FROM passkey_challenge;

-- name: drop_permission!
DELETE FROM permission;

-- name: drop_provider_session!
DELETE FROM provider_session;

-- name: drop_published_proof!
DELETE FROM published_proof;

-- name: drop_pushed_request!
DELETE FROM pushed_request;

-- name: drop_resemblance!
DELETE FROM resemblance;

-- name: drop_session_client!
DELETE FROM session_client;

-- name: drop_share!
DELETE FROM share;

-- name: drop_token_grant!
DELETE FROM token_grant;

-- name: drop_wallet_binding!
DELETE FROM wallet_binding;

-- name: drop_wallet_link!
DELETE FROM wallet_link;

-- name: drop_wallet_proof!
DELETE FROM wallet_proof;

-- name: drop_certificate!
DELETE FROM certificate;

-- name: drop_credential!
DELETE FROM credential;

-- name: drop_enrolment!
DELETE FROM enrolment;

-- name: drop_identity_event!
DELETE FROM identity_event;

-- name: drop_partner!
DELETE FROM partner;

-- name: drop_sign_in_transaction!
DELETE FROM sign_in_transaction;

-- name: drop_wallet_user!
DELETE FROM wallet_user;

-- name: drop_identity!
DELETE FROM identity;

-- name: drop_wallet_partner!
DELETE FROM wallet_partner;
