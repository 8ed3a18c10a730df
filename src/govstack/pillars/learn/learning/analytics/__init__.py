"""What learning records show: to learners first, to others as figures."""
