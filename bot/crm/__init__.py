"""Contacts, Interests and tasks, and CRMs outside that keep them too.

The hub's own tables hold all that the chat shows; that is the embedded CRM, and there is always that. A CRM outside is
told what happens by parcels (`crm:main`, one lane per contact) and asked what is new there: one that is down delays
nothing in the chat and loses nothing.
"""
