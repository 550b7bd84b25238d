"""Use cases on dialogs: applying events, sending answers, receipts, contacts and what they are interested in."""
