"""Learning with courses: begin, read, answer, hand in, go on where one left off, and complete."""
