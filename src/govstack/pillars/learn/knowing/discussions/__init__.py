"""Questions that members ask each other, answers, and the answers that are worth keeping."""
