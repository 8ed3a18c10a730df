"""Opening packages of others without believing what they say of themselves."""
