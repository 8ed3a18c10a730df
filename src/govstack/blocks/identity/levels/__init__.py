"""What has to be proven to enter the country's own packages: by people, and by whoever works for the state."""
