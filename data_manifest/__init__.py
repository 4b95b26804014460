"""What data there is, and where it comes from. Read it through `clara_engine.archives.manifest`."""
