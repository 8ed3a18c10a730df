-- The code by which people name a competency, beside its content; headings are no competencies and have none here.
ALTER TABLE competency ADD COLUMN code TEXT NOT NULL DEFAULT '';
UPDATE competency SET code = COALESCE(json_extract(content, '$.code'), '')
WHERE COALESCE(json_extract(content, '$.kind'), '') <> 'heading';
CREATE INDEX competency_code ON competency (code);
