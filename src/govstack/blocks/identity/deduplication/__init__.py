"""Who may be the person of an enrolment already, and what an officer decided about it."""
