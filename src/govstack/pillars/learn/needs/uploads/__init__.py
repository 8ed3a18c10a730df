"""Files of answers: what was collected on paper, in a spreadsheet or on a telephone, taken in row by row."""
