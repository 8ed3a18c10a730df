"""What experts, reviewers and those who lead a change wrote down in the demo country."""
