"""Account settings that administrators change from the chat: parsing, printing, forms and notices."""
