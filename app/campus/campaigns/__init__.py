"""Campaigns: one message to many, composed, confirmed, run and reported."""
