"""Every table that goes out, one module for each subject."""
