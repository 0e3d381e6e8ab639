"""The units of the demo campus."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.units.models import Unit

UNITS = (
    ("饮食中心", "食堂、餐厅、校内超市", "0516-83590001"),
    ("公寓中心", "宿舍、床位、公寓管理", "0516-83590002"),
    ("维修中心", "水电木瓦维修、急修", "0516-83590003"),
    ("物业中心", "教学楼保洁、绿化、门岗", "0516-83590004"),
    ("运输中心", "班车、用车", "0516-83590005"),
    ("水电中心", "水电供应、浴室、电费", "0516-83590006"),
)


async def fill(db: AsyncSession) -> None:
    """Six units, each with its number."""
    db.add_all(
        Unit(name=name, about=about, phone=phone, position=at)
        for at, (name, about, phone) in enumerate(UNITS)
    )
