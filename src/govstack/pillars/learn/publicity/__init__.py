"""What everybody sees of courses: the catalogue, the page of a course, calendars, news and linked data."""
