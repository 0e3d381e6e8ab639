"""A local stand-in for the WeChat platform, with a phone in the browser.

For development and tests only: it binds to 127.0.0.1, asks nobody for a password and lets
anyone who can reach it speak for any follower. It imports nothing of ours on purpose; what it
knows of the wire comes from the platform's documentation and from wechatpy.
"""
