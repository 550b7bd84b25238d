"""The context every use case is given: storage, settings, names, sealed tokens, parcels."""
