"""The pages of the work: views, their forms, and what they show.

Each act of a view is one call into `reviews.acts`.
"""
