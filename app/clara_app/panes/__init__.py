"""One pane a file. Each shows a part of the `Session` and changes only that."""
