-- Goals of programmes were two lists; the vocabulary `programme-goal` stays. What a country added to the other moves there,
-- in the letters of its codes, and programmes on offer name the four of the master plan by its codes.
INSERT INTO term (vocabulary, code, labels, position, ours, retired)
SELECT 'programme-goal', SUBSTR(LOWER(REPLACE(REPLACE(id, '_', '-'), ':', '-')), 1, 60),
    MIN(json_extract(document, '$.titles')), 100, FALSE, MIN(COALESCE(json_extract(document, '$.retired'), 0)) = 1
FROM offering_word
WHERE kind = 'goal' AND id NOT IN ('equip-officials', 'set-priorities', 'modern-project-management', 're-engineer')
GROUP BY SUBSTR(LOWER(REPLACE(REPLACE(id, '_', '-'), ':', '-')), 1, 60)
ON CONFLICT (vocabulary, code) DO NOTHING;
DELETE FROM offering_word WHERE kind = 'goal';
UPDATE offering_word SET document = REPLACE(REPLACE(REPLACE(REPLACE(document,
    '"goalId":"equip-officials"', '"goalId":"equip"'), '"goalId":"set-priorities"', '"goalId":"priorities"'),
    '"goalId":"modern-project-management"', '"goalId":"managers"'), '"goalId":"re-engineer"', '"goalId":"reengineer"')
WHERE kind = 'programme';
