-- name: asked
SELECT organisation_id, profile, gender, place, COUNT(*) AS people FROM member WHERE campaign_id = :campaign_id
GROUP BY organisation_id, profile, gender, place;

-- name: answered
SELECT member.organisation_id, member.profile, member.gender, member.place, COUNT(DISTINCT member.id) AS people
FROM standing JOIN member ON member.id = standing.member_id
WHERE standing.campaign_id = :campaign_id AND standing.rater = :rater
GROUP BY member.organisation_id, member.profile, member.gender, member.place;

-- name: asked_people
SELECT person_id FROM member WHERE campaign_id = :campaign_id;

-- name: answered_people
SELECT member.person_id FROM member WHERE member.campaign_id = :campaign_id AND EXISTS (
    SELECT 1 FROM standing WHERE standing.member_id = member.id AND standing.rater = :rater
);

-- name: rows
SELECT member.organisation_id, member.profile, member.gender, member.place, member.person_id, response.pack
FROM standing JOIN response ON response.id = standing.response_id JOIN member ON member.id = standing.member_id
WHERE standing.campaign_id = :campaign_id AND standing.rater = :rater;

-- name: rows_with_numbers
SELECT member.organisation_id, member.profile, member.gender, member.place, member.person_id, response.pack, response.answers
FROM standing JOIN response ON response.id = standing.response_id JOIN member ON member.id = standing.member_id
WHERE standing.campaign_id = :campaign_id AND standing.rater = :rater;
