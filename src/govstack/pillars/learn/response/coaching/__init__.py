"""Coaching on the job: two people, goals tied to competencies, and notes that stay between them."""
