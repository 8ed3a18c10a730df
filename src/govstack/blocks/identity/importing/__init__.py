"""Data of a person that another server holds, taken into an enrolment through the mediator."""
