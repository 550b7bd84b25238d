"""How parcels get to where they belong: one carrier for desks, one for customers' channels."""
