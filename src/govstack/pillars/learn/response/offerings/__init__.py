"""What can be learnt, when and where, with which seats and at which cost."""
