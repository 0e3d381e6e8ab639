"""报修：发送「报修」说哪里坏了，「我的报修」看修到哪了，「进度」问最近一张单。"""

from app.kit.service import Service
from app.services.repairs import privacy as privacy  # what is kept of people says so when imported
from app.services.repairs.jobs import jobs

service = Service("报修", icon="wrench", order=15, jobs=jobs)
