"""Records of registries: written within the schema, searched and read within the caller's rights, every act logged."""
