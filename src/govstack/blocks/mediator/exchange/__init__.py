"""Access to services: who calls is proven, rights are checked, both sides are logged, the answer comes back."""
