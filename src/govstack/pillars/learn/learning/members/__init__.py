"""Who takes the courses of a tool (LTI Names and Role Provisioning Services 2.0)."""
