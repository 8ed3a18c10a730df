"""What every room of identity shares: the published envelopes and the frame of its pages."""
