"""What the founding article claims, beside what studies found, in order; `protocols.claims` joins it."""
