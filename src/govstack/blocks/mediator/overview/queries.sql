-- What the first page counts by itself.

-- name: depths^
SELECT
    (SELECT COUNT(*) FROM delivery WHERE state = 'waiting') AS waiting,
    (SELECT COUNT(*) FROM delivery WHERE state = 'dead') AS dead;
