"""What learners agree to at the consent block: that their manager sees how far they are."""
