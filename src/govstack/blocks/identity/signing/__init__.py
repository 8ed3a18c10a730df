"""What this block signs for people to carry: verifiable credentials, and the codes on cards."""
