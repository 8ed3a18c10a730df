-- name: hold!
-- Whoever brings a part holds its row of no id until the end of the transaction, so that no two processes bring it at once.
INSERT INTO brought (part, id, shipped, kept) VALUES (:part, '', '', '')
ON CONFLICT (part, id) DO UPDATE SET shipped = '';

-- name: marks
SELECT id, shipped, kept FROM brought WHERE part = :part AND id <> '';

-- name: mark*!
INSERT INTO brought (part, id, shipped, kept) VALUES (:part, :id, :shipped, :kept)
ON CONFLICT (part, id) DO UPDATE SET shipped = excluded.shipped, kept = excluded.kept;
