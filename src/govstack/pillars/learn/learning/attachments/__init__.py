"""Files that are sent with statements (xAPI 1.0.3, multipart/mixed), and signatures among them."""
