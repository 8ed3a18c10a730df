"""Who speaks to the record store, with which right, and in which of the two ways that xAPI lets them ask."""
