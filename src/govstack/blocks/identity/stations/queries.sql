-- name: add_station!
INSERT INTO enrolment_station (id, centre, machine, name, key, officers, application, state, registered_at, changed_at)
VALUES (:id, :centre, :machine, :name, :key, :officers, :application, :state, :at, :at);

-- name: change_station!
UPDATE enrolment_station SET state = :state, changed_at = :at WHERE id = :id AND state = :before;

-- name: station_by_id^
SELECT id, centre, machine, name, key, officers, application, state, registered_at, changed_at
FROM enrolment_station WHERE id = :id;

-- name: station_by_name^
SELECT id, centre, machine, name, key, officers, application, state, registered_at, changed_at
FROM enrolment_station WHERE centre = :centre AND machine = :machine ORDER BY registered_at DESC, id DESC LIMIT 1;

-- name: stations
SELECT id, centre, machine, name, key, officers, application, state, registered_at, changed_at
FROM enrolment_station ORDER BY centre, machine, registered_at DESC, id DESC LIMIT :limit OFFSET :offset;
