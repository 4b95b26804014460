"""What leaves the workspace: reports with their pictures, tables for other programs, and messages to them."""
