"""Who may use which service of a registry, and through what sight records are shown to them."""
