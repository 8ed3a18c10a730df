-- name: add*!
INSERT INTO personal_read (id, individual_id, at, operation, reader_id, reader_name, application, purpose)
VALUES (:id, :individual_id, :at, :operation, :reader_id, :reader_name, :application, :purpose);

-- name: of_individuals
SELECT * FROM personal_read WHERE individual_id = ANY(:ids) ORDER BY at DESC, id DESC LIMIT :limit OFFSET :offset;
