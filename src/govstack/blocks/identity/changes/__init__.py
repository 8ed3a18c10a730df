"""Changes of what the state knows of a person: asked for by the person and decided, or made by administrators."""
