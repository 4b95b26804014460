"""``python -m clara_engine`` is ``clara``."""

from clara_engine.cli import main

if __name__ == "__main__":
    main()
