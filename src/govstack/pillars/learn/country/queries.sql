-- name: done$
SELECT finished_at FROM learn_seeding WHERE part = :part;

-- name: finish!
INSERT INTO learn_seeding (part, finished_at) VALUES (:part, :finished_at) ON CONFLICT (part) DO NOTHING;
