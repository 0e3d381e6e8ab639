"""One folder or file for each campus service. `main` loads every public module in here."""
