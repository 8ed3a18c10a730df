-- name: add_candidate!
-- Who was found before keeps what was said of them, unless one of the two has changed since so that they are more or
-- less alike: then nothing has been said of these two.
INSERT INTO enrolment_candidate (id, enrolment_id, person_id, score, decision, reason, decided_by, decided_at)
VALUES (:id, :enrolment_id, :person_id, :score, 'undecided', NULL, '', '')
ON CONFLICT (enrolment_id, person_id) DO UPDATE SET score = excluded.score, decision = 'undecided', reason = NULL,
    decided_by = '', decided_at = ''
WHERE enrolment_candidate.score <> excluded.score;

-- name: candidates_of
SELECT id, person_id, score, decision, reason, decided_by, decided_at
FROM enrolment_candidate WHERE enrolment_id = :enrolment_id ORDER BY score DESC, id;

-- name: decide_candidate!
UPDATE enrolment_candidate SET decision = :decision, reason = :reason, decided_by = :decided_by, decided_at = :at
WHERE id = :id AND enrolment_id = :enrolment_id;
