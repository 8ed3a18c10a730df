"""Services: what applications offer, described by OpenAPI documents, endpoint by endpoint."""
