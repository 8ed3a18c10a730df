"""Whether people agreed to what a right rests on: asked of the consent block before their data is shown."""
