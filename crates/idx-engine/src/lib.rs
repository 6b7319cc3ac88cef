//! The emulated org: policies, people, authenticators and transactions, with no I/O, clock or randomness of its own.
