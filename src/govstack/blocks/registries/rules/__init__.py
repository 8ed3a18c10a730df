"""What must hold before a definition is published."""
