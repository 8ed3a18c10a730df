-- The course that a link belongs to, by which it is decided whose members a tool may read; empty where there is none.
ALTER TABLE lti_link ADD COLUMN course_id TEXT NOT NULL DEFAULT '';
CREATE INDEX lti_link_course ON lti_link (course_id, tool_id);
