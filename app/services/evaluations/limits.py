"""How often, how many, how long."""

from datetime import timedelta

MOST_FORGED, FORGED_WITHIN = 20, timedelta(hours=1)  # wrong codes of one phone or address
MOST_SENT, SENT_WITHIN = 20, timedelta(minutes=10)  # answers of one person
MOST_RECEIPTS, RECEIPTS_WITHIN = 30, timedelta(hours=1)  # wrong receipts from one address
MOST_REPLY = 500  # letters
LISTED = 200  # subjects that a page lists
PAGE = 20
BATCH = 60  # sealed answers that are opened at once: with photos, some 60 MB
KEPT = timedelta(days=800)  # how long it is known that somebody has answered
