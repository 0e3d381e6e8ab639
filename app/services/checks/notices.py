"""What people are told of checks, each in its own kind so that each can be switched off."""

from app.campus.notify import Field, Kind, Notice

_FAULT = (
    Field("place", Kind.THING, "哪里"), Field("item", Kind.THING, "什么问题"),
    Field("says", Kind.THING, "说明"), Field("when", Kind.TIME, "改好的时间"),
    Field("fault", Kind.NUMBER, "编号"),
)  # fmt: skip
_PAGE = "/h5/checks/faults/{fault}"
_COUNT = (Field("says", Kind.THING, "说明"), Field("when", Kind.TIME, "时间"))

# To who has to mend it.
FOUND = Notice("checks.found", "查出一个问题，要整改", "整改的人", _FAULT, _PAGE, optional=False)
FAILED = Notice("checks.failed", "复查没过，再改一次", "整改的人", _FAULT, _PAGE, optional=False)
PASSED = Notice("checks.passed", "复查过了", "整改的人", _FAULT, _PAGE)
DROPPED = Notice("checks.dropped", "这个问题不算了", "整改的人", _FAULT, _PAGE)
LATER = Notice("checks.later", "整改时间改了", "整改的人", _FAULT, _PAGE, optional=False)
OVERDUE = Notice("checks.overdue", "整改过期了", "整改的人", _FAULT, _PAGE, optional=False)
# To who looks at it again, and to who answers for the place.
FIXED = Notice("checks.fixed", "改好了，去复查", "检查的人", _FAULT, _PAGE)
OVERDUE_HEAD = Notice(
    "checks.overdue_head", "有问题过期还没改", "单位负责人", _FAULT, _PAGE, optional=False
)
TODAY = Notice("checks.today", "今天要查的", "检查的人", _COUNT, "/h5/checks")
LATE = Notice("checks.late", "该查的没查", "检查的人", _COUNT, "/h5/checks", optional=False)
LATE_HEAD = Notice(
    "checks.late_head", "有检查没按时做", "单位负责人", _COUNT, "/h5/checks/results", optional=False
)
