-- Whether the published version of a course may be read by everybody, without an account.
ALTER TABLE course ADD COLUMN open BIGINT NOT NULL DEFAULT 0;
