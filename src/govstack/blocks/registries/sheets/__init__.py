"""Files of records as rows of cells: CSV, spreadsheets and JSON, read and written in bounded memory."""
