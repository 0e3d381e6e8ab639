"""What is open on the demo campus right now."""

from app.services.repairs.rules import State

# kind, sign, place, words, state, minutes since it was reported, and the numbers of who has it.
Now = tuple[str, str, str, str, State, int, str]
NOW: tuple[Now, ...] = (
    ("电路", "没电", "7号楼 302", "整间都没电，邻居有电", State.SUBMITTED, 73, ""),
    ("热水", "不热", "14号楼 214", "放了十分钟还是凉的", State.SUBMITTED, 26, ""),
    ("门窗", "锁不上", "11号楼 605", "锁芯转不动，人在门外", State.OFFERED, 4, "6104"),
    ("网络", "连不上", "19号楼 408", "整层都连不上", State.SUBMITTED, 9, ""),
    ("床桌", "床板断了", "8号楼 310", "睡觉前要修好", State.ACCEPTED, 50, "6104"),
    ("水管", "漏水", "3号楼 501", "洗手池下面的软管在滴水", State.ACCEPTED, 32, "6001"),
    ("灯", "不亮", "5号楼 118", "床头的灯", State.ACCEPTED, 95, "6102"),
    ("空调", "不制热", "12号楼 306", "开了就报 E4", State.WORKING, 260, "6105"),
    ("水管", "水太小", "4号楼 206", "", State.WORKING, 150, "6103"),
    ("灯", "一闪一闪", "2号楼 209", "楼道里的", State.WORKING, 210, "6102"),
    ("空调", "有响声", "一教 302", "上课听得见", State.WORKING, 1500, "6107"),
    ("门窗", "关不严", "9号楼 102", "要换门轴", State.WAITING, 2900, "6104"),
    ("空调", "不制热", "16号楼 511", "压缩机坏了，等厂家", State.WAITING, 4300, "6201"),
    ("床桌", "柜门掉了", "13号楼 207", "", State.WAITING, 1400, "6202"),
)  # fmt: skip
