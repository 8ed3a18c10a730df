"""The excellence centre: areas of capability, requests of agencies for experts, and what the centre achieves."""
