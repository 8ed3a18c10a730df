"""One case of a digital service: what the records say, whether they agree, and what follows."""
