"""Events at which knowledge is shared: agenda, invitation, attendance, recording, and what came of them."""
