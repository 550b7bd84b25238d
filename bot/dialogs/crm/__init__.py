"""Exchange with an external CRM: facts to report, changes to pull."""
