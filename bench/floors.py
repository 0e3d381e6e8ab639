"""What the callback is held against: two servers that keep nothing.

`bare` is a Starlette route that only decrypts, parses and encrypts, with wechatpy.
`werobot` is WeRoBot with a handler, as its documentation deploys it (gunicorn).
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from app.settings import DEMO_SECRETS

TOKEN, KEY = DEMO_SECRETS["wechat_token"], DEMO_SECRETS["wechat_encoding_aes_key"]
APP_ID = "wx0000000000000000"
ANSWER = "南校区→北校区 下一班 17:30，还有 12 分钟"
crypto = WeChatCrypto(TOKEN, KEY, APP_ID)


async def _echo(request: Request) -> Response:
    query = request.query_params
    xml = crypto.decrypt_message(
        await request.body(), query["msg_signature"], query["timestamp"], query["nonce"]
    )
    reply = create_reply(ANSWER, parse_message(xml)).render()
    sealed = crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
    return Response(sealed, media_type="text/xml")


bare = Starlette(routes=[Route("/wechat", _echo, methods=["POST"])])


def werobot() -> object:
    """WeRoBot as a WSGI application on `/wechat`."""
    from werobot import WeRoBot  # noqa: PLC0415 only one of the floors needs it

    robot = WeRoBot(token=TOKEN, encoding_aes_key=KEY, app_id=APP_ID)
    robot.config["SESSION_STORAGE"] = False
    robot.text(lambda message: ANSWER)
    from bottle import Bottle  # noqa: PLC0415 as above
    from werobot.contrib.bottle import make_view  # noqa: PLC0415 as above

    application = Bottle()
    application.route("/wechat", ["GET", "POST"], make_view(robot))
    return application
