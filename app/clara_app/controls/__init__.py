"""Controls of the wheel: the contrast set, the forest, and the Retrain button."""
