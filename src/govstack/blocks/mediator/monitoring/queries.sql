-- Answers counted by the minute, and samples of the machines.

-- name: counted
SELECT chain, number FROM traffic_counted;

-- name: begin_counting!
INSERT INTO traffic_counted (chain, number) VALUES (:chain, 0) ON CONFLICT (chain) DO NOTHING;

-- name: advance_counting!
-- Changes nothing when another process has counted these answers meanwhile.
UPDATE traffic_counted SET number = :number WHERE chain = :chain AND number = :expected;

-- name: add_traffic*!
INSERT INTO traffic AS known (minute, client, provider, service_code, method, endpoint, verdict, status, answers,
    request_bytes, answer_bytes, duration_us, provider_us, duration_us_max, le_1, le_2, le_5, le_10, le_20, le_50, le_100,
    le_200, le_500, le_1000, le_2000, le_5000, le_10000, slower)
VALUES (:minute, :client, :provider, :service_code, :method, :endpoint, :verdict, :status, :answers,
    :request_bytes, :answer_bytes, :duration_us, :provider_us, :duration_us_max, :le_1, :le_2, :le_5, :le_10, :le_20,
    :le_50, :le_100, :le_200, :le_500, :le_1000, :le_2000, :le_5000, :le_10000, :slower)
ON CONFLICT (minute, client, provider, service_code, method, endpoint, verdict, status) DO UPDATE SET
    answers = known.answers + excluded.answers,
    request_bytes = known.request_bytes + excluded.request_bytes,
    answer_bytes = known.answer_bytes + excluded.answer_bytes,
    duration_us = known.duration_us + excluded.duration_us,
    provider_us = known.provider_us + excluded.provider_us,
    duration_us_max = CASE WHEN known.duration_us_max > excluded.duration_us_max
        THEN known.duration_us_max ELSE excluded.duration_us_max END,
    le_1 = known.le_1 + excluded.le_1, le_2 = known.le_2 + excluded.le_2, le_5 = known.le_5 + excluded.le_5,
    le_10 = known.le_10 + excluded.le_10, le_20 = known.le_20 + excluded.le_20, le_50 = known.le_50 + excluded.le_50,
    le_100 = known.le_100 + excluded.le_100, le_200 = known.le_200 + excluded.le_200,
    le_500 = known.le_500 + excluded.le_500, le_1000 = known.le_1000 + excluded.le_1000,
    le_2000 = known.le_2000 + excluded.le_2000, le_5000 = known.le_5000 + excluded.le_5000,
    le_10000 = known.le_10000 + excluded.le_10000, slower = known.slower + excluded.slower;

-- name: traffic
-- Summed over the period, so that a year of a service is one row an endpoint and status.
SELECT '' AS minute, client, provider, service_code, method, endpoint, verdict, status, SUM(answers) AS answers,
    SUM(request_bytes) AS request_bytes, SUM(answer_bytes) AS answer_bytes, SUM(duration_us) AS duration_us,
    SUM(provider_us) AS provider_us, MAX(duration_us_max) AS duration_us_max, SUM(le_1) AS le_1, SUM(le_2) AS le_2,
    SUM(le_5) AS le_5, SUM(le_10) AS le_10, SUM(le_20) AS le_20, SUM(le_50) AS le_50, SUM(le_100) AS le_100,
    SUM(le_200) AS le_200, SUM(le_500) AS le_500, SUM(le_1000) AS le_1000, SUM(le_2000) AS le_2000,
    SUM(le_5000) AS le_5000, SUM(le_10000) AS le_10000, SUM(slower) AS slower
FROM traffic
WHERE minute >= :since AND minute < :until AND (:application = '' OR client = :application OR provider = :application)
GROUP BY client, provider, service_code, method, endpoint, verdict, status
ORDER BY client, provider, service_code, method, endpoint, verdict, status
LIMIT :limit;

-- name: traffic_by_minute
SELECT * FROM traffic
WHERE minute >= :since AND minute < :until AND (:application = '' OR client = :application OR provider = :application)
ORDER BY minute DESC
LIMIT :limit;

-- name: add_sample!
INSERT INTO environment_sample (node, at, sample) VALUES (:node, :at, :sample) ON CONFLICT (node, at) DO NOTHING;

-- name: samples
SELECT node, at, sample FROM environment_sample
WHERE at >= :since AND at < :until AND (:node = '' OR node = :node)
ORDER BY at DESC, node
LIMIT :limit;

-- name: forget_samples!
DELETE FROM environment_sample WHERE at < :before;

-- name: see_package*!
INSERT INTO environment_package (node, name, version, first_seen, last_seen) VALUES (:node, :name, :version, :at, :at)
ON CONFLICT (node, name, version) DO UPDATE SET last_seen = excluded.last_seen;

-- name: packages
SELECT node, name, version, first_seen, last_seen FROM environment_package
WHERE last_seen >= :since AND first_seen < :until AND (:node = '' OR node = :node)
ORDER BY node, name, version
LIMIT :limit;
