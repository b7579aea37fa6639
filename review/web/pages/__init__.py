"""The pages, by whom they are for; each function is one route of ``review.web.routes``."""
