"""One order at the desk: everything on one page, which can be printed, and what to do with it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.uploads import Upload
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import Forbidden, NotFound
from app.services.repairs.desk_deeds import DEEDS, SAID
from app.services.repairs.desk_page import HOME
from app.services.repairs.desk_queue import Queue
from app.services.repairs.desk_show import whole
from app.services.repairs.models import Order, Photo
from app.services.repairs.parts import find, parts
from app.services.repairs.rules import Who


class Orders(Queue):
    """The queue, and below it each order under its number."""

    @route("/{number}", name="repairs-order")
    async def one(self, request: Request) -> Response:
        """One order."""
        return await self._one(request)

    @route("/{number}/photos/{photo:int}", name="repairs-order-photo")
    async def photo(self, request: Request) -> Response:
        """A photo of the order, hidden or not; `small` for its thumbnail.

        The pages of uploads do not know the desk's cookie, which is for `/desk` alone.
        """
        db, me = request.state.session, me_of(request)
        order = await _mine(db, me, request.path_params["number"])
        column = Upload.thumbnail if "small" in request.query_params else Upload.picture
        query = select(column).join(Photo, Photo.upload_id == Upload.id)
        mine = Photo.order_id == order.id, Upload.id == request.path_params["photo"]
        data = await db.scalar(query.where(*mine))
        if data is None:
            raise NotFound("这张照片已经删了")
        return Response(data, media_type="image/jpeg")

    @route("/{number}/do/{deed}", methods=["POST"], name="repairs-order-do")
    async def deed(self, request: Request) -> Response:
        """One of DEEDS; pressed twice, it is done once."""
        name = request.path_params["deed"]
        if name not in DEEDS:
            raise NotFound("没有这个按钮，刷新一下")

        async def do(db: AsyncSession, me: Me, sent: FormData) -> str:
            order = await _mine(db, me, request.path_params["number"])
            await DEEDS[name](db, me, order, sent)
            return f"{HOME}/orders/{order.number}?did={name}"

        async def again(code: int, sentence: str) -> Response:
            if code in (Forbidden.status, NotFound.status):
                return RedirectResponse(f"{HOME}/orders", 303)
            return await self._one(request, code, sentence)

        return await self.once_only(request, do, again)

    async def _one(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        order = await _mine(db, me, request.path_params["number"])
        await db.refresh(order)
        context = await whole(db, me, order, clock.now())
        said = SAID.get(request.query_params.get("did", ""), "") if not error else ""
        return self.show(request, "order.html", code, **{"said": said, "error": error} | context)


async def _mine(db: AsyncSession, me: Me, number: str) -> Order:
    """The order, for who dispatches it. Raises NotFound for everybody else."""
    order = await find(db, me, number)
    if Who.DISPATCHER not in await parts(db, me, order):
        raise NotFound("没有这张单，核对一下单号")
    return order
