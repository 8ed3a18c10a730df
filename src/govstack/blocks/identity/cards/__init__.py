"""Cards in PDF: a credential to print, a card made of HTML, and the code by which anybody checks one."""
