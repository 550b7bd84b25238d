"""What administrators change of an account from the chat: how it is written, read, shown, and who is told."""
