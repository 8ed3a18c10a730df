-- A keeper says of each person that they were there, late or absent; who was absent is no longer the same as who has no mark.
ALTER TABLE course_attendance ADD COLUMN mark TEXT NOT NULL DEFAULT 'present' CHECK (mark IN ('present', 'late', 'absent'));
