"""The centres and offices of the department."""

from starlette_admin import IntegerField

from app.campus.permission.rules import Action, Role
from app.campus.units import Unit
from app.desk.fields import Word
from app.desk.table import TableView

CHANGE = Action("units.change", frozenset({Role.OPERATOR}))


class Units(TableView):
    model, key = Unit, "units"
    menu_label, display_name, icon = "单位", "单位", "fa fa-sitemap"
    fields = (
        Word("name", "名字", required=True, longest=20, help_text="授权时写的单位就是它：饮食中心"),
        Word("about", "管什么", longest=60, help_text="大家找人时看这一句：食堂、餐厅、校内超市"),
        Word("phone", "电话", longest=20),
        IntegerField("position", "排在第几"),
    )
    fields_default_sort = ("position",)
    sorted_by = ("position", "name")
    searched = ("name", "about")
    change = CHANGE
