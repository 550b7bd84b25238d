"""Databases and transactions: SQLite and PostgreSQL behind one statement layer."""
