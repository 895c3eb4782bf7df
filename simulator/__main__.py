"""`python -m simulator` is `geocyber`."""

from simulator.cli import main

if __name__ == "__main__":
    main()
