"""Pages of figures and requests, without contacts and contents."""
