"""The commands of `geocyber`, a file for each group."""
