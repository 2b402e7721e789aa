"""`python -m pipeline` is `samvirke`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
