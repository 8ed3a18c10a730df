"""Pages for officers who enrol people, one small group of questions at a time, and for those who tell people apart."""
