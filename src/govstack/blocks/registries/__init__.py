"""The digital registries block: registries that an analyst defines, each with its services, rights and logs."""
