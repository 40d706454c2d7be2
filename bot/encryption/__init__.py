"""End-to-end encryption without a network: every key is a row of the transaction it is used in."""
