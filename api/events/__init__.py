"""Events: what other programs are notified of, written in the transaction that causes it."""
