"""The dashboard: a thin skin over `clara_engine`, served by ``panel serve app``."""
