"""The WeChat wire: callback codec, typed messages and replies, access token, API client.

It imports nothing else of ours; `app.gateway` is where the wire meets the campus.
"""
