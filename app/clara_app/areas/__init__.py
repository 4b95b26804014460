"""The areas of the page, one file for each tab of the header."""
