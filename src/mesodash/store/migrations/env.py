"""Runs the migrations in the transaction of whoever called; Alembic reads this file by its path."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="schema_version")
context.run_migrations()
