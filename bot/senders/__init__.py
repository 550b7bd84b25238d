"""Carriers: they deliver parcels to desks, customers' channels, the CRM and first-line bots."""
