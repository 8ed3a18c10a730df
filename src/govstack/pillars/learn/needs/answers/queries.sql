-- name: add*!
INSERT INTO response (id, campaign_id, member_id, rater, rater_id, meeting, answered_at, received_at, language,
    confidence, answers, pack, words_sealed, digest)
VALUES (:id, :campaign_id, :member_id, :rater, :rater_id, :meeting, :answered_at, :received_at, :language,
    :confidence, :answers, :pack, :words_sealed, :digest)
ON CONFLICT (id) DO NOTHING;

-- name: stand*!
-- The newest answers count, in whatever order they came in.
INSERT INTO standing (member_id, rater, meeting, campaign_id, response_id, answered_at)
VALUES (:member_id, :rater, :meeting, :campaign_id, :response_id, :answered_at)
ON CONFLICT (member_id, rater, meeting) DO UPDATE SET response_id = excluded.response_id,
    answered_at = excluded.answered_at
WHERE excluded.answered_at > standing.answered_at
    OR (excluded.answered_at = standing.answered_at AND excluded.response_id > standing.response_id);

-- name: attend*!
INSERT INTO attendance (response_id, place, person_id, words_sealed)
VALUES (:response_id, :place, :person_id, :words_sealed) ON CONFLICT (response_id, place) DO NOTHING;

-- name: digests
SELECT id, digest FROM response WHERE id = ANY(:ids);

-- name: about
-- Everything that was said about somebody, newest first.
SELECT id, campaign_id, member_id, rater, rater_id, meeting, answered_at, received_at, language, confidence, answers,
    words_sealed, digest
FROM response WHERE member_id = :member_id ORDER BY answered_at DESC, id DESC LIMIT :limit;

-- name: standing
-- Responses that no newer one of the same rater has replaced, about people who are still known.
SELECT response.id, response.campaign_id, response.member_id, response.rater, response.rater_id, response.meeting,
    response.answered_at, response.received_at, response.language, response.confidence, response.answers,
    response.digest, NULL AS words_sealed, member.person_id
FROM response JOIN standing ON standing.response_id = response.id JOIN member ON member.id = response.member_id
WHERE response.id = ANY(:responses) AND response.campaign_id = :campaign_id AND member.person_id IS NOT NULL
ORDER BY response.answered_at, response.id;

-- name: standing_of
SELECT member_id, rater, meeting FROM standing WHERE member_id = ANY(:members);

-- name: newest_of
SELECT member_id, rater, MAX(answered_at) AS answered_at FROM standing WHERE member_id = ANY(:members)
GROUP BY member_id, rater;

-- name: attendance_of
SELECT response_id, place, person_id, words_sealed FROM attendance WHERE response_id = ANY(:responses)
ORDER BY response_id, place;

-- name: exported
SELECT response.id, response.member_id, member.person_id, member.organisation_id, member.profile, response.rater,
    response.meeting, response.answered_at, response.received_at, response.language, response.confidence,
    response.answers, response.words_sealed
FROM response JOIN member ON member.id = response.member_id
WHERE response.campaign_id = :campaign_id AND response.id > :after ORDER BY response.id LIMIT :limit;

-- name: begin!
-- Words are sealed for the response that they are of: of two that began at once the last one stands, with its id.
INSERT INTO begun (member_id, rater, rater_id, response_id, words_sealed, changed_at)
VALUES (:member_id, :rater, :rater_id, :response_id, :words_sealed, :changed_at)
ON CONFLICT (member_id, rater, rater_id) DO UPDATE SET response_id = excluded.response_id,
    words_sealed = excluded.words_sealed, changed_at = excluded.changed_at;

-- name: begun^
SELECT response_id, words_sealed FROM begun WHERE member_id = :member_id AND rater = :rater AND rater_id = :rater_id;

-- name: begun_by
SELECT member_id, rater FROM begun WHERE rater_id = :rater_id LIMIT :limit;

-- name: end_begun!
DELETE FROM begun WHERE member_id = :member_id AND rater = :rater AND rater_id = :rater_id;

-- name: forget_about!
-- What was said in words about somebody; what was chosen stays countable.
UPDATE response SET words_sealed = NULL WHERE member_id = ANY(:members);

-- name: forget_rater!
UPDATE response SET rater_id = NULL WHERE rater_id = :person_id;

-- name: let_go_words!
-- What was said in words about people of campaigns that ended; what was chosen stays countable.
UPDATE response SET words_sealed = NULL, rater_id = NULL
WHERE campaign_id = ANY(:campaigns) AND (words_sealed IS NOT NULL OR rater_id IS NOT NULL);

-- name: let_go_attendance!
UPDATE attendance SET person_id = NULL, words_sealed = NULL
WHERE response_id IN (SELECT id FROM response WHERE campaign_id = ANY(:campaigns));

-- name: let_go_begun!
DELETE FROM begun WHERE member_id IN (SELECT id FROM member WHERE campaign_id = ANY(:campaigns));

-- name: forget_attendance!
UPDATE attendance SET person_id = NULL, words_sealed = NULL WHERE person_id = :person_id;

-- name: forget_begun!
DELETE FROM begun WHERE rater_id = :person_id OR member_id = ANY(:members);
