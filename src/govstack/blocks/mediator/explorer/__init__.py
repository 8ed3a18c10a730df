"""Looking through the directory: lists that people search and page, within what each of them may see."""
