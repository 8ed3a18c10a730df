"""The pages of learners and managers: their courses, places, certificates and teams."""
