"""Delivery from the outbox: the courier and its lanes, retries, circuit breaking, outages, alerts to administrators."""
