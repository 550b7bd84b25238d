"""Context given to every use case: storage, settings, names, sealed tokens, parcels."""
