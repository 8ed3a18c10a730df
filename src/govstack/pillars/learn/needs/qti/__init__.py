"""Items as QTI 3.0 packages, in and out."""
