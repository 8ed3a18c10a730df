"""What people allowed services to know of them: kept when they say so, shown to them, and taken back."""
