"""The wheel: what the forest should look for, how it is grown, and the button that does it."""
