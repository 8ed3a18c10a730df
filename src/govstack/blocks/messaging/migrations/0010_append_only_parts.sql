-- What was written of parts and their receipts is not changed either, and leaves for an archive alone.

CREATE TRIGGER message_part_no_update BEFORE UPDATE ON message_part
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_part_no_delete BEFORE DELETE ON message_part
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.message_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER part_receipt_no_update BEFORE UPDATE ON part_receipt
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER part_receipt_no_delete BEFORE DELETE ON part_receipt
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.message_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;
