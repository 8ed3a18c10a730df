"""Services of enrolment: which machine of which centre may send packets, with which key, in whose hands."""
