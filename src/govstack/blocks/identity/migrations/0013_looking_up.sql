-- Enrolments are listed by their last change, and an order to an issuer is looked for by its credential.
CREATE INDEX enrolment_recent ON enrolment (changed_at, id);
CREATE INDEX issuance_asked ON issuance (credential_id, partner_id, created_at);
