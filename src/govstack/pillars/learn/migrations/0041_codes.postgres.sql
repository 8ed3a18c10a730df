-- The code by which people name a competency, beside its content; headings are no competencies and have none here.
ALTER TABLE competency ADD COLUMN code TEXT NOT NULL DEFAULT '';
UPDATE competency SET code = COALESCE(content::json ->> 'code', '')
WHERE COALESCE(content::json ->> 'kind', '') <> 'heading';
CREATE INDEX competency_code ON competency (code);
