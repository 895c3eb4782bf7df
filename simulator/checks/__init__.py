"""What can be checked from outside: known answers, and real incidents foretold."""
