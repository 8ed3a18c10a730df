"""People against competencies: the skill matrix, the heat map, and which gaps come first."""
