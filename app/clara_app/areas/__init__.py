"""The areas of the page, one file each: what a tab of the header shows."""
