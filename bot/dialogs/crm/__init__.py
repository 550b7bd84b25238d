"""Exchange with a CRM outside: facts to tell it, changes pulled from it."""
