"""The declared datasets of published figures: one file a dataset, found by listing."""
