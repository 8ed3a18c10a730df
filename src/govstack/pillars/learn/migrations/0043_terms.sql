-- What a word means, told beside the field in which it is chosen, by language; and what this product does at it, where it
-- does something: the step of a journey by which a plan is complete has the role "plan".
ALTER TABLE term ADD COLUMN notes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE term ADD COLUMN role TEXT NOT NULL DEFAULT '';
UPDATE term SET role = 'plan' WHERE vocabulary = 'journey-step' AND code = 's09-cost';
