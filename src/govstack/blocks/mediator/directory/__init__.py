"""The directory: members, applications and services, as clients, developers and the forwarder read them."""
