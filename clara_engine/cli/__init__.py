"""The command line: ``clara``."""

from clara_engine.cli.main import main

__all__ = ["main"]
