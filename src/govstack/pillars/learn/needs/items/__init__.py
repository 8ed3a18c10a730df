"""The bank of test items: what is asked, in which languages, and how an answer is scored."""
