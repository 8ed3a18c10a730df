"""The helpdesk of courses: what learners ask, and whether it is answered in the time that a course promises."""
