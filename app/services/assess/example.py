"""The scheme that ships: four parts, twenty items, everybody starts at 50. Pure."""

from app.campus.ledger import Amount
from app.services.assess.language import KnownFact

NAME = "维修班组月度考核"
TEXT = """\
# 四部分二十项，人人 50 分起。不到 100 分，基本工资按比例发；110 分起分奖金，上不封顶。
基础分 50
全薪线 100
奖金线 110
异议 3 天

部分 工时 权重 60%
标准工时 = 合计(repairs.standard_minutes) / 60 * 0.6
完成单量 = 合计(repairs.finished) * 0.3
现场用时 = 合计(repairs.minutes) / 60 * 0.1 上限 10
夜间应急 = 记录(0 到 10) 上限 20
培训带徒 = 记录(0 到 5) 上限 10

部分 质量 权重 40%
按时修好 = 20 * 合计(repairs.on_time) / 次数(repairs.on_time) 没有就 15
超时 = -5 * 次数(repairs.late) - 5 * 次数(repairs.late > 720) 下限 -60   # 晚 12 小时以上再扣 5
返修 = -10 * 合计(repairs.rework) 下限 -40
满意度 = 6 * (平均(repairs.stars) - 3) 没有就 6
差评 = -5 * 次数(repairs.stars <= 2) 下限 -30
服务态度 = 打分(0 到 10) 没有就 6
现场整洁 = 打分(0 到 10) 没有就 6
班组互评 = 互评(0 到 10) 没有就 6
部门评价 = 部门评(0 到 10) 没有就 6

部分 纪律 上限 5 下限 -50
迟到早退 = 记录(-5 到 0)
旷工 = 记录(-20 到 0)
着装工牌 = 记录(-2 到 0)
制度执行 = 记录(-10 到 5)

部分 职业道德 上限 10 下限 -50
廉洁自律 = 记录(-30 到 0)
好人好事 = 记录(0 到 5)
"""
# The kinds that TEXT names, as the repairs declare them; only the demo goes by these.
KINDS = {
    kind.name: kind
    for kind in (
        KnownFact("repairs.finished", "修好的单", Amount.HUNDREDTHS, private=False),
        KnownFact("repairs.on_time", "按时修好", Amount.YES, private=False),
        KnownFact("repairs.minutes", "维修用时", Amount.MINUTES, private=False),
        KnownFact("repairs.late", "超时", Amount.MINUTES, private=False),
        KnownFact("repairs.standard_minutes", "标准工时", Amount.MINUTES, private=False),
        KnownFact("repairs.rework", "返修", Amount.TIMES, private=False),
        KnownFact("repairs.stars", "维修评分", Amount.STARS, private=True),
    )
}
