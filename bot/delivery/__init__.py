"""Delivery from the outbox: the courier and its lanes, destinations that are out of reach, alerts to administrators."""
