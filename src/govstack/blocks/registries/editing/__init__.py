"""Forms made of a registry's fields: entering records, changing and ending them."""
