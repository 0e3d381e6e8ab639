"""The platform's HTTP API: one module for each group of paths, each with its ENDPOINTS."""

from app.sandbox.api import (
    article,
    mass,
    media,
    menu,
    message,
    oauth,
    openapi,
    qrcode,
    tag,
    template,
    token,
    user,
)

ENDPOINTS = [
    *token.ENDPOINTS,
    *menu.ENDPOINTS,
    *message.ENDPOINTS,
    *qrcode.ENDPOINTS,
    *media.ENDPOINTS,
    *oauth.ENDPOINTS,
    *openapi.ENDPOINTS,
    *user.ENDPOINTS,
    *template.ENDPOINTS,
    *mass.ENDPOINTS,
    *article.ENDPOINTS,
    *tag.ENDPOINTS,
]
