-- name: hold!
INSERT INTO gathering_told (gathering_id, number) VALUES (:gathering_id, 1)
ON CONFLICT (gathering_id) DO UPDATE SET gathering_id = excluded.gathering_id;

-- name: number$
SELECT number FROM gathering_told WHERE gathering_id = :gathering_id;

-- name: told!
UPDATE gathering_told SET number = :number WHERE gathering_id = :gathering_id;
