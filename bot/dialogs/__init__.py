"""Use cases on dialogs: applying events, sending replies, receipts, contacts and their Interests."""
