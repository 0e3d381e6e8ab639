"""Two pieces of news and three notices, so that the lists are not empty."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.services.news.book import DIGEST
from app.services.news.draft import Kind
from app.services.news.models import Article
from app.services.news.shelf import shelf
from app.services.news.text import Markup, clean, words

# days ago, kind, title, text
ARTICLES = (
    (0, Kind.NOTICE, "供暖时间和报修方式", """
11 月 15 日起全校供暖，到次年 3 月 15 日。室温白天 **不低于 18 ℃**。

## 暖气不热怎么办

1. 先看进水阀是不是拧到了底。
2. 有水流声，多半是管里有气，[报修](/h5/phones)让师傅来放气。
3. 一整层都不热，打 8880 0110，不用一间一间报。

| 时段 | 供水温度 |
|---|---|
| 6:00–22:00 | 45–50 ℃ |
| 22:00–6:00 | 38–42 ℃ |
"""),
    (2, Kind.NEWS, "南苑浴室换了新喷头，一次能省三分之一的水", """
上周末，南苑浴室的 96 个喷头全换成了带恒温阀的节水型。

- 出水 **3 秒内** 到设定温度，不用先放一盆冷水；
- 每人次用水从 60 升降到 40 升左右；
- 水压和原来一样。

哪个喷头不好用，记下墙上的号，发「电话 浴室」找值班师傅。
"""),
    (6, Kind.NOTICE, "研究生公寓门禁升级，11 月底前补录人脸", """
1–6 号楼的门禁要换。**11 月 30 日前** 带校园卡到楼管站补录一次，半分钟就好。

没补录的，12 月 1 日起刷校园卡进门。
"""),
    (11, Kind.NEWS, "维修师傅的一天：38 单，没有一单过夜", """
早上 7:40，王师傅的手机响了第一声：3号楼 501，灯不亮。

> 「小修不过夜，是我们组里十几年的规矩。」

到晚上 9 点，他和搭档一共跑了 38 间。最远的一单在 27 号楼顶层，去换一个水龙头。
"""),
    (20, Kind.NOTICE, "班车冬季时刻表 11 月 1 日起用", """
11 月 1 日起，班车改冬季时刻。末班提前到 **21:30**，其余不变。

发「班车」看下一班，发「班车 北校区」只看那个方向。
"""),
)  # fmt: skip


async def fill(db: AsyncSession) -> None:
    for days, kind, title, source in ARTICLES:
        at = clock.now() - timedelta(days=days, hours=3)
        html = clean(Markup.MARKDOWN, source)
        db.add(Article(
            kind=kind, title=title, author="后勤管理处", markup=Markup.MARKDOWN,
            source=source.strip(), html=html, summary=words(html, DIGEST), published_at=at,
            changed_at=at, changed_by="陈悦",
        ))  # fmt: skip
    await shelf.changed(db)
