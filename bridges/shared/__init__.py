"""Code that several channels share. It depends on none of them; only the table of rates names them."""
