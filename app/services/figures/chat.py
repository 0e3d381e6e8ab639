"""「数据」: this month in a message."""

from app.kit.answers import Link, Say
from app.kit.chat import Chat
from app.services.figures.board import Board, Line, board

PAGE = "/h5/figures"
chat = Chat(board=board)


@chat.say("数据", "后勤数据", "公开数据", "服务数据", "满意度")
def this_month(board: Board) -> Say:
    """The numbers that everybody may know."""
    if not board.lines:
        return Say(f"{board.name}才开始，还没数出什么，过几天再看", links=(Link("往月的", PAGE),))
    said = "\n".join(_say(line, board.before) for line in board.lines)
    return Say(f"{board.name}到今天：\n{said}", links=(Link("看全部", PAGE),))


def _say(line: Line, before: str) -> str:
    parts = [f"{line.title} {line.said}"]
    if line.change:
        held = f" {before}" if before[:1].isdigit() else before
        same = line.change == "一样"
        parts.append(f"和{held}一样" if same else f"比{held}{line.change}")
    return "，".join([*parts, *([line.answered] if line.answered else [])])
