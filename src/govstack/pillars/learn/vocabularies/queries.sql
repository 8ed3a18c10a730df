-- name: put!
INSERT INTO term (vocabulary, code, labels, position, ours, retired)
VALUES (:vocabulary, :code, :labels, :position, :ours, :retired)
ON CONFLICT (vocabulary, code) DO UPDATE SET labels = excluded.labels, position = excluded.position,
    ours = excluded.ours, retired = excluded.retired;

-- name: terms
SELECT vocabulary, code, labels, position, ours, retired FROM term WHERE vocabulary = ANY(:vocabularies)
ORDER BY vocabulary, position, code;

-- name: vocabularies
SELECT vocabulary, COUNT(*) AS terms FROM term GROUP BY vocabulary ORDER BY vocabulary;

-- name: count$
SELECT COUNT(*) FROM term WHERE vocabulary = :vocabulary;
