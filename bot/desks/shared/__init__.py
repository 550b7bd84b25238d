"""Code shared by the desks."""
