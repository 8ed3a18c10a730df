"""What every page of this pillar shares."""
