-- name: plan!
INSERT INTO campaign (id, instrument_id, instrument_version, given, state, opens_on, closes_on, created_at)
VALUES (:id, :instrument_id, :instrument_version, :given, 'draft', :opens_on, :closes_on, :created_at)
ON CONFLICT (id) DO UPDATE SET instrument_id = excluded.instrument_id, instrument_version = excluded.instrument_version,
    given = excluded.given, opens_on = excluded.opens_on, closes_on = excluded.closes_on
WHERE campaign.state = 'draft';

-- name: start!
UPDATE campaign SET state = 'open', document = :document, digest = :digest, instrument_version = :instrument_version,
    started_at = :at
WHERE id = :id AND state = 'draft';

-- name: discard!
DELETE FROM campaign WHERE id = :id AND state = 'draft';

-- name: close!
UPDATE campaign SET state = 'closed', closed_at = :at WHERE id = :id AND state = 'open';

-- name: by_id^
SELECT id, instrument_id, instrument_version, given, state, document, digest, created_at, started_at, closed_at
FROM campaign WHERE id = :id;

-- name: locked^
SELECT id, instrument_id, instrument_version, given, state, document, digest, created_at, started_at, closed_at
FROM campaign WHERE id = :id;

-- name: locked__postgres^
SELECT id, instrument_id, instrument_version, given, state, document, digest, created_at, started_at, closed_at
FROM campaign WHERE id = :id FOR UPDATE;

-- name: listed
SELECT id, instrument_id, instrument_version, given, state, digest, created_at, started_at, closed_at
FROM campaign WHERE id < :before OR :before = '' ORDER BY id DESC LIMIT :limit;

-- name: last_closed
SELECT id, instrument_id, instrument_version, given, state, digest, created_at, started_at, closed_at FROM campaign
WHERE state = 'closed' AND NOT EXISTS (SELECT 1 FROM campaign AS other WHERE other.state = 'closed'
    AND other.instrument_id = campaign.instrument_id
    AND (other.closed_at > campaign.closed_at OR (other.closed_at = campaign.closed_at AND other.id > campaign.id)))
ORDER BY closed_at DESC, id LIMIT :limit;

-- name: overdue
SELECT id FROM campaign WHERE state = 'open' AND closes_on < :today ORDER BY id LIMIT :limit;

-- name: add_people!
-- Everybody who fits, as they are now; the profile of somebody with several is the first of those that are asked for.
INSERT INTO member (id, campaign_id, person_id, organisation_id, profile, gender, place)
SELECT lower(hex(randomblob(16))), :campaign_id, person.id, person.organisation_id,
    COALESCE((SELECT MIN(post.role_id) FROM post WHERE post.person_id = person.id
        AND (:any_profile OR post.role_id = ANY(:profiles))), ''),
    person.gender, person.place
FROM person
WHERE person.erased_at IS NULL AND (person.id = ANY(:people) OR (:anybody
    AND (:any_organisation OR person.organisation_id = ANY(:organisations))
    AND (:any_profile OR EXISTS (SELECT 1 FROM post WHERE post.person_id = person.id
        AND post.role_id = ANY(:profiles)))))
LIMIT :limit;

-- name: add_people__postgres!
INSERT INTO member (id, campaign_id, person_id, organisation_id, profile, gender, place)
SELECT replace(gen_random_uuid()::TEXT, '-', ''), CAST(:campaign_id AS TEXT), person.id, person.organisation_id,
    COALESCE((SELECT MIN(post.role_id) FROM post WHERE post.person_id = person.id
        AND (CAST(:any_profile AS BOOLEAN) OR post.role_id = ANY(:profiles))), ''),
    person.gender, person.place
FROM person
WHERE person.erased_at IS NULL AND (person.id = ANY(:people) OR (CAST(:anybody AS BOOLEAN)
    AND (CAST(:any_organisation AS BOOLEAN) OR person.organisation_id = ANY(:organisations))
    AND (CAST(:any_profile AS BOOLEAN) OR EXISTS (SELECT 1 FROM post WHERE post.person_id = person.id
        AND post.role_id = ANY(:profiles)))))
LIMIT :limit;

-- name: add_organisations!
INSERT INTO member (id, campaign_id, person_id, organisation_id, profile, gender, place)
SELECT lower(hex(randomblob(16))), :campaign_id, NULL, organisation.id, '', 'unstated', organisation.place
FROM organisation WHERE :any_organisation OR organisation.id = ANY(:organisations) LIMIT :limit;

-- name: add_organisations__postgres!
INSERT INTO member (id, campaign_id, person_id, organisation_id, profile, gender, place)
SELECT replace(gen_random_uuid()::TEXT, '-', ''), CAST(:campaign_id AS TEXT), NULL, organisation.id, '', 'unstated',
    organisation.place
FROM organisation WHERE CAST(:any_organisation AS BOOLEAN) OR organisation.id = ANY(:organisations) LIMIT :limit;

-- name: member^
SELECT id, campaign_id, person_id, organisation_id, profile, gender, place FROM member WHERE id = :id;

-- name: member_person^
SELECT id, campaign_id, person_id, organisation_id, profile, gender, place FROM member
WHERE campaign_id = :campaign_id AND person_id = :person_id;

-- name: member_organisation^
SELECT id, campaign_id, person_id, organisation_id, profile, gender, place FROM member
WHERE campaign_id = :campaign_id AND organisation_id = :organisation_id AND person_id IS NULL
ORDER BY id LIMIT 1;

-- name: members_by_people
SELECT id, campaign_id, person_id, organisation_id, profile, gender, place FROM member
WHERE campaign_id = :campaign_id AND person_id = ANY(:people);

-- name: members_by_numbers
-- Members by the number that the country knows them by, for files of answers.
SELECT member.id, member.campaign_id, member.person_id, member.organisation_id, member.profile, member.gender,
    member.place, person.number
FROM member JOIN person ON person.id = member.person_id
WHERE member.campaign_id = :campaign_id AND person.number = ANY(:numbers);

-- name: members_by_organisations
SELECT id, campaign_id, person_id, organisation_id, profile, gender, place FROM member
WHERE campaign_id = :campaign_id AND person_id IS NULL AND organisation_id = ANY(:organisations);

-- name: members
SELECT id, campaign_id, person_id, organisation_id, profile, gender, place FROM member
WHERE campaign_id = :campaign_id AND id > :after ORDER BY id LIMIT :limit;

-- name: member_count$
SELECT COUNT(*) FROM member WHERE campaign_id = :campaign_id;

-- name: of_people
-- The campaigns that somebody, or those who report to them, are assessed in.
SELECT member.id, member.campaign_id, member.person_id, member.organisation_id, member.profile, member.gender,
    member.place
FROM member JOIN campaign ON campaign.id = member.campaign_id
WHERE member.person_id = ANY(:people) AND campaign.state <> 'draft'
ORDER BY campaign.created_at DESC, member.id LIMIT :limit;

-- name: of_organisation
SELECT member.id, member.campaign_id, member.person_id, member.organisation_id, member.profile, member.gender,
    member.place
FROM member JOIN campaign ON campaign.id = member.campaign_id
WHERE member.organisation_id = :organisation_id AND member.person_id IS NULL AND campaign.state = 'open'
ORDER BY campaign.created_at DESC, member.id LIMIT :limit;

-- name: ended
-- Campaigns that ended before a moment and still know whom they were about.
SELECT id FROM campaign WHERE closed_at < :before AND let_go_at IS NULL ORDER BY closed_at, id LIMIT :limit;

-- name: mark_let_go!
UPDATE campaign SET let_go_at = :at WHERE id = :campaign_id;

-- name: let_go!
UPDATE member SET person_id = NULL WHERE campaign_id = :campaign_id AND person_id IS NOT NULL;

-- name: forget!
UPDATE member SET person_id = NULL, gender = 'unstated', place = '', profile = '' WHERE person_id = :person_id;
