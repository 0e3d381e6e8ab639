"""Who may sit at the desk: a session of its own, by password, by scanning, or by both."""

from collections.abc import Awaitable, Callable

from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, BaseAuthProvider
from starlette_admin.helpers import safe_redirect_url

from app.campus import audit
from app.campus.people import sessions
from app.campus.people.recognise import recognise
from app.desk import passwords, scans
from app.desk.actions import ENTER
from app.desk.drawing import drawn
from app.desk.models import Credential
from app.kit import clock
from app.kit.errors import CampusError, Forbidden

COOKIE, SCAN_COOKIE, PATH = "desk", "desk_scan", "/desk"
CHANGE_WITHIN = 600  # seconds to choose a password of one's own after the first login
Code = Callable[[Request, str, int], Awaitable[str | None]]


class Login(BaseAuthProvider):
    """`code`: (request, scene, seconds) → what the scene's QR code says, or None just now."""

    def __init__(self, code: Code) -> None:
        super().__init__(allow_routes=["login-scan", "login-password", "login-choose"])
        self.code = code

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        self.templates = templates
        return [
            Route("/login", self.page, methods=["GET"], name="login"),
            Route("/login", self.by_password, methods=["POST"], name="login-password"),
            Route("/login/scan", self.by_scan, methods=["POST"], name="login-scan"),
            Route("/login/password", self.chosen, methods=["POST"], name="login-choose"),
            Route("/logout", self.logout, methods=["POST"], name="logout"),
        ]

    async def authenticate(self, request: Request) -> AdminUser | None:
        me = await recognise(request, COOKIE)
        if me is None or me.who is not None or not me.may_somewhere(ENTER):
            return None
        request.state.desk_me = me
        return AdminUser(username=me.name)

    async def page(self, request: Request) -> Response:
        if not request.state.is_anonymous:
            return RedirectResponse(_next(request), 303)
        return await self._shown(request)

    async def by_password(self, request: Request) -> Response:
        form = await request.form()
        number, password = str(form.get("number", "")), str(form.get("password", ""))
        try:
            found = await passwords.check(
                request.app.state.database, number, password, _address(request)
            )
        except CampusError as refusal:
            return await self._shown(request, str(refusal), refusal.status, number=number)
        if found.must_change:
            return self._must_choose(request, found)
        if found.needs_both:
            return await self._shown(request, password_of=found.person_id)
        return await self._let_in(request, found.person_id, "password", _next(request))

    async def by_scan(self, request: Request) -> Response:
        """The page asks every two seconds whether the phone has said yes."""
        secret = request.cookies.get(SCAN_COOKIE, "")
        try:
            person_id = await scans.entered(request.state.session, secret, clock.now())
            if person_id is None:
                return Response(status_code=204)
            inside = await self._let_in(request, person_id, "scan", "")
        except CampusError as refusal:
            context = {"sentence": str(refusal)}
            return self.templates.TemplateResponse(request, "login_over.html", context)
        inside.headers["HX-Redirect"] = _next(request)
        return inside

    async def chosen(self, request: Request) -> Response:
        """A first password of one's own, in place of the one that somebody else chose."""
        form = await request.form()
        ticket, password = str(form.get("ticket", "")), str(form.get("password", ""))
        db = request.state.session
        try:
            person_id, mark = _tickets(request).loads(ticket, max_age=CHANGE_WITHIN)
        except BadSignature:
            return await self._shown(request, "放太久了，再登录一次", 403)
        found = await db.get(Credential, person_id)
        if found is None or found.hash[-16:] != mark:
            return await self._shown(request, "密码已经换过了，用新的登录", 403)
        try:
            await passwords.choose(db, person_id, password)
        except CampusError as refusal:
            return self._must_choose(request, found, str(refusal))
        if found.needs_both:
            return await self._shown(request, password_of=person_id)
        return await self._let_in(request, person_id, "password", _next(request))

    async def logout(self, request: Request) -> Response:
        me = request.state.desk_me
        await sessions.end(request.state.session, clock.now(), session_id=me.session_id)
        audit.record(request.state.session, me, "desk.logout", audit.thing("person", me.person_id))
        response = RedirectResponse(f"{PATH}/login", 303)
        response.delete_cookie(COOKIE, path=PATH)
        return response

    async def _let_in(self, request: Request, person_id: int, how: str, to: str) -> Response:
        """A session and its cookie, if the person may open the desk; else a refusal."""
        db, now = request.state.session, clock.now()
        token = await sessions.start(db, now, person_id=person_id)
        await db.flush()
        me = await sessions.find(db, token, now)
        if me is None or not me.may_somewhere(ENTER):
            raise Forbidden("你的身份还不能进后台，找管理员开通")
        db.add(_entry(person_id, me.name, _address(request), how))
        response = RedirectResponse(to, 303) if to else Response(status_code=200)
        response.set_cookie(
            COOKIE, Signer(request.app.state.secret_key, salt="session").sign(token).decode(),
            path=PATH, httponly=True, samesite="strict", secure=_secure(request),
        )  # fmt: skip
        response.delete_cookie(SCAN_COOKIE, path=PATH)
        return response

    def _must_choose(self, request: Request, found: Credential, error: str = "") -> Response:
        ticket = _tickets(request).dumps([found.person_id, found.hash[-16:]])
        context = {"ticket": ticket, "error": error, "shortest": passwords.SHORTEST}
        return self.templates.TemplateResponse(
            request, "login_password.html", context, 422 if error else 200
        )

    async def _shown(
        self, request: Request, error: str = "", status: int = 200, *,
        number: str = "", password_of: int | None = None,
    ) -> Response:  # fmt: skip
        """The login page with a fresh code; it alone once the password was right."""
        async with request.app.state.database.session() as db:
            made = await scans.offer(db, _address(request), clock.now(), password_of)
        seconds = int(scans.LIFE.total_seconds())
        says = await self.code(request, made.scene, seconds)
        context = {
            "error": error, "number": number, "code": drawn(says) if says else "", "offer": made,
            "both": password_of is not None, "at_home": request.app.state.settings.at_home,
        }  # fmt: skip
        response = self.templates.TemplateResponse(request, "login.html", context, status)
        response.set_cookie(
            SCAN_COOKIE, made.secret, max_age=seconds, path=PATH,
            httponly=True, samesite="strict", secure=_secure(request),
        )  # fmt: skip
        return response


def _entry(person_id: int, name: str, address: str, how: str) -> audit.Entry:
    return audit.Entry(
        at=clock.now(), actor_id=person_id, actor=name, action="desk.login",
        thing=audit.thing("person", person_id), after={"by": how}, address=address,
    )  # fmt: skip


def _tickets(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.secret_key, salt="desk-password")


def _next(request: Request) -> str:
    fallback = f"{PATH}/"
    return safe_redirect_url(request.query_params.get("next") or fallback, request, fallback)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _secure(request: Request) -> bool:
    url: str = request.app.state.settings.public_url
    return url.startswith("https://")
