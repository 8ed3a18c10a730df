-- Where a statement was voided for the first time: figures take back what it told there, also when the statement that
-- voids it is gone by then, with whoever made it. Of what lost its voiding statement before, it is not known any more.
ALTER TABLE statement ADD COLUMN voided_position BIGINT;
UPDATE statement SET voided_position = COALESCE(
    (SELECT MIN(v.position) FROM statement v WHERE v.voids = statement.id), position
)
WHERE voided = 1;
CREATE INDEX statement_voided ON statement (voided_position) WHERE voided_position IS NOT NULL;
