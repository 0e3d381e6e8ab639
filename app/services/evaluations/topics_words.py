"""What the cutting of answers into topics knows: which words judge, and what they are about."""

from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _named(text: str) -> Iterator[tuple[str, str]]:
    """(word, name) of lines 「name: words」."""
    for line in text.strip().splitlines():
        name, _, words = line.partition(":")
        yield from ((word, name.strip()) for word in words.split())


# Said of something: (as it stands, with 不 or 没 before it); 1 praises, -1 complains.
PRAISE, BLAME = (1, -1), (-1, 1)
_GOOD = """
    好 不错 可以 好吃 美味 香 新鲜 丰富 多样 齐全 干净 整洁 清爽 热情 耐心 细心 贴心 周到
    温柔 礼貌 友好 亲切 和蔼 客气 认真 负责 专业 及时 准时 迅速 快 高效 实惠 便宜 划算 合理
    满意 方便 舒服 舒适 安静 宽敞 明亮 稳 平稳 清楚 到位 给力 点赞 赞 棒 优秀 完美 暖心
    暖和 放心 安全 流畅 顺利 高
"""
_BAD = """
    差 慢 贵 脏 咸 淡 油 油腻 腻 辣 硬 夹生 难吃 腥 酸 焦 糊 馊 小 吵 乱 挤 拥挤 坏 旧 破
    臭 久 长 晚点 迟到 晚 麻烦 差劲 恶劣 敷衍 冷漠 冷淡 凶 粗暴 单一 单调 糟糕 烂 暗 闷 滑
    潮湿 堵 漏水 漏 卡顿 卡 抖 不耐烦 不理 手抖 恶心 拖拉 拖延 混乱 油乎乎 黏糊糊 冰凉 失望
    生气 无语 离谱 异味 噪音 虫子 头发 蟑螂 浪费
"""
# Good or bad by what is too much of it: warm water, a cool room, food that went cold.
_DEPENDS = {
    "热": (1, -1), "凉": (-1, -1), "冷": (-1, -1), "少": (-1, 0), "多": (0, -1), "大": (0, -1),
    "够": (0, -1), "足": (1, -1), "见": (0, -1), "懂": (0, -1), "通": (0, -1),
}  # fmt: skip
TONES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(_words(_GOOD), PRAISE),
    **dict.fromkeys(_words(_BAD), BLAME),
    **_DEPENDS,
}

# What a word is about where nothing else is named: 「太贵了」 is about the price.
ABOUT = dict(
    _named("""
    价格: 贵 便宜 实惠 划算
    味道: 咸 淡 油 油腻 腻 辣 难吃 好吃 美味 香 腥 夹生 酸 焦 糊 馊
    排队: 挤 拥挤
    卫生: 脏 干净 整洁 臭 异味 虫子 头发 蟑螂
    噪音: 吵 安静 噪音
    速度: 慢 快 迅速 及时 高效 拖拉 拖延
    态度: 热情 耐心 恶劣 敷衍 冷漠 冷淡 凶 粗暴 不耐烦 不理 礼貌 友好 和蔼
    准点: 晚点 迟到 准时
    分量: 手抖
""")
)

# One name for what people call by several; the short ones would not count as nouns else.
SAME = dict(
    _named("""
    价格: 价钱 价位 费用 收费 物价 菜价
    味道: 口味 味儿 咸淡
    态度: 服务态度 语气
    饭菜: 饭 菜 菜品 饭食 伙食 餐食
    分量: 份量 量 菜量 饭量
    排队: 队 队伍 长队
    卫生: 环境卫生 卫生状况
    服务员: 工作人员 服务人员 员工 职工
    速度: 效率 速率
    水: 水
    肉: 肉
    汤: 汤
    面: 面
    床: 床
    灯: 灯
    门: 门
    窗: 窗
""")
)

# People whom the dictionary takes for names.
SOMEBODY = _words("""
    阿姨 师傅 大妈 大爷 大叔 老师 司机 宿管 保安 经理 前台
""")

# Nouns that say nothing: the place as a whole, the speaker, the filling of a sentence.
STOP = _words("""
    食堂 学校 大学 校园 后勤 学校后勤 同学 学生 大家 人 时候 时间 地方 东西 问题 情况 方面
    感觉 意见 建议 希望 有点 一点 有时 有时候 事情 事 部分 样子 话 次 天 早上 晚上 中午
    下午 今天 昨天 总体 整体 本人 个人 一楼 二楼 三楼 一般 其他 内容 原因 效果 力度 机会 手
    学期 上学期 地上 心 点 号 星 分 种 程度 工作 生活 全部 能力 水平 质量
""")

# Before a wish nothing is judged: 「希望饭菜便宜点」 does not say that it is cheap.
WISHES = tuple("希望 建议 最好 能不能 可不可以 应该 要是 如果 盼 想要 增加".split())  # noqa: SIM905 a tuple of words reads as they do

# Nouns that the cutter's dictionary lacks, cuts in two or takes for something else.
NOUNS = _words("""
    打饭 插队 热水 水压 水温 出餐 上菜 喷头 洗手间 支付 付款 刷卡 排队 维修 准点 充电桩
    洗衣机 饮水机 床板 门禁
""")
