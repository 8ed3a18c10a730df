-- When a job was last put off: where a clock was ahead then, it does not wait for the moment that was counted from it.
ALTER TABLE job ADD COLUMN put_off_at TEXT;
