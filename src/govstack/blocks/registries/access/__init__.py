"""Rights on registries: grants, policies, groups, and the one decision every path to records uses."""
