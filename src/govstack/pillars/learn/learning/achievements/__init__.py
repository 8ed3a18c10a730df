"""What badges stand for: criteria, the competency they prove, how long they last, who may award them."""
