-- name: drop_requests!
DELETE FROM consent_request;

-- name: drop_drafts!
DELETE FROM agreement_draft;

-- name: drop_signatures!
DELETE FROM signature;

-- name: drop_records!
DELETE FROM consent_record;

-- name: drop_reads!
DELETE FROM personal_read;

-- name: drop_individuals!
DELETE FROM individual;

-- name: drop_agreements!
DELETE FROM agreement;

-- name: drop_controllers!
DELETE FROM controller;

-- name: drop_policies!
DELETE FROM policy;

-- name: drop_webhooks!
DELETE FROM webhook;

-- name: drop_revisions!
DELETE FROM revision;

-- name: switch_notices_on!
UPDATE notice_switch SET enabled = TRUE;
