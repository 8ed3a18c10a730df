"""What plays content: the API of SCORM, and players that an operator adds, because of their licence."""
