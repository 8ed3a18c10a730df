-- How many signatures the agreement of a record asks for before the record counts; 0 when it asks for none.
ALTER TABLE consent_record ADD COLUMN signatures_required BIGINT NOT NULL DEFAULT 0 CHECK (signatures_required >= 0);
