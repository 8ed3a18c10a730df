"""The host: command line, processes, archives, what is deployed."""
