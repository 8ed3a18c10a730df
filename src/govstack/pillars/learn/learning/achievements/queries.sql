-- name: put!
INSERT INTO achievement (id, names, descriptions, criteria, kind, framework, competency_code, competency_name, competency_url, level, valid_months, awarding, score_percent, attendance_percent, awarder, colour, active, created_at)
VALUES (:id, :names, :descriptions, :criteria, :kind, :framework, :competency_code, :competency_name, :competency_url, :level, :valid_months, :awarding, :score_percent, :attendance_percent, :awarder, :colour, :active, :created_at)
ON CONFLICT (id) DO UPDATE SET names = excluded.names, descriptions = excluded.descriptions,
    criteria = excluded.criteria, kind = excluded.kind, framework = excluded.framework,
    competency_code = excluded.competency_code, competency_name = excluded.competency_name,
    competency_url = excluded.competency_url, level = excluded.level, valid_months = excluded.valid_months,
    awarding = excluded.awarding, score_percent = excluded.score_percent,
    attendance_percent = excluded.attendance_percent, awarder = excluded.awarder, colour = excluded.colour,
    active = excluded.active;

-- name: by_id^
SELECT id, names, descriptions, criteria, kind, framework, competency_code, competency_name, competency_url, level,
    valid_months, awarding, score_percent, attendance_percent, awarder, colour, active
FROM achievement WHERE id = :id;

-- name: by_ids
SELECT id, names, descriptions, criteria, kind, framework, competency_code, competency_name, competency_url, level,
    valid_months, awarding, score_percent, attendance_percent, awarder, colour, active
FROM achievement WHERE id = ANY(:ids);

-- name: listed
SELECT id, names, descriptions, criteria, kind, framework, competency_code, competency_name, competency_url, level,
    valid_months, awarding, score_percent, attendance_percent, awarder, colour, active
FROM achievement WHERE id > :after ORDER BY id LIMIT :limit;
