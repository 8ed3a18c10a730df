-- What was written of parts and their receipts is not changed either, and leaves for an archive alone.

CREATE TRIGGER message_part_no_update BEFORE UPDATE ON message_part
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER message_part_no_delete BEFORE DELETE ON message_part
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('message_id');

CREATE TRIGGER part_receipt_no_update BEFORE UPDATE ON part_receipt
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER part_receipt_no_delete BEFORE DELETE ON part_receipt
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('message_id');
