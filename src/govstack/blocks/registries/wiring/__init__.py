"""What ties fields together: links to other records, and the rules that fill fields in."""
