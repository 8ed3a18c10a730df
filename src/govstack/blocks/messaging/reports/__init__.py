"""What mail servers report later: that a mail which was taken could not be delivered after all."""
