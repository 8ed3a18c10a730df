"""What was said of people's competencies: by whom, when, how sure; nothing overwrites anything."""
