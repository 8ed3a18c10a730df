-- name: put!
INSERT INTO term (vocabulary, code, labels, position, ours, retired, notes, role)
VALUES (:vocabulary, :code, :labels, :position, :ours, :retired, :notes, :role)
ON CONFLICT (vocabulary, code) DO UPDATE SET labels = excluded.labels, position = excluded.position,
    ours = excluded.ours, retired = excluded.retired, notes = excluded.notes, role = excluded.role;

-- name: terms
SELECT vocabulary, code, labels, position, ours, retired, notes, role FROM term WHERE vocabulary = ANY(:vocabularies)
ORDER BY vocabulary, position, code;

-- name: vocabularies
SELECT vocabulary, COUNT(*) AS terms FROM term GROUP BY vocabulary ORDER BY vocabulary;

-- name: count$
SELECT COUNT(*) FROM term WHERE vocabulary = :vocabulary;
