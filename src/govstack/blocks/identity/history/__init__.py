"""What happened to a person's identity, as the person may read it: sign-ins, requests, changes and shares."""
