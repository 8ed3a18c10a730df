"""Rights: which applications may use which services and endpoints, and how they ask for it."""
