"""wechatpy's WeCom client against the emulator. It has two addresses: the API's and, set apart, the token's."""

import json
import sys

from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

base, corp_id, secret, contact_secret, start = sys.argv[1:6]
start = int(start)
# A picture of one dot.
FACE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Client(WeChatClient):
    API_BASE_URL = base + "/cgi-bin/"

    def fetch_access_token(self):
        return self._fetch_access_token(
            url=base + "/cgi-bin/gettoken",
            params={"corpid": self.corp_id, "corpsecret": self.secret},
        )


contacts = Client(corp_id, contact_secret)
listed = contacts.post("user/list_id", data={"limit": 10000})["dept_user"]
users = sorted({row["userid"] for row in listed})

client = Client(corp_id, secret)
records = client.oa.get_checkin_data(3, start, start + 30 * 86400, users[:100])["checkindata"]
rules = client.oa.get_checkin_option(start, users[:100])["info"]
reports = client.oa.get_checkin_daydata(start, start + 2 * 86400, users[:100])["datas"]
months = client.oa.get_checkin_monthdata(start, start + 29 * 86400, users[:100])["datas"]
company_rules = client.oa.get_corp_checkin_option()["group"]
schedules = client.oa.get_checkin_schedu_list(start, start + 29 * 86400, users[:100])["schedule_list"]
machines = client.oa.get_hardware_checkin_data(start, start + 29 * 86400, users[:100])["checkindata"]
rest = {"userid": schedules[0]["userid"], "day": 25, "schedule_id": 0}
client.oa.set_checkin_schedu_list(schedules[0]["groupid"], [rest], 202607)
client.oa.add_checkin_userface(users[0], FACE)
approvals = client.oa.get_approval_info(start, start + 31 * 86400, 0)["sp_no_list"]
detail = client.oa.get_approval_detail(approvals[0])["info"] if approvals else {}
departments = client.get("department/simplelist")["department_id"]

errors = []
for call in (
    lambda: client.oa.get_checkin_data(3, start, start + 31 * 86400, users[:1]),
    lambda: client.oa.get_checkin_data(3, start, start + 86400, ["nobody"]),
    lambda: contacts.oa.get_checkin_data(3, start, start + 86400, users[:1]),
):
    try:
        call()
    except WeChatClientException as refused:
        errors.append(refused.errcode)

print(json.dumps({
    "users": len(users),
    "records": len(records),
    "rules": len(rules),
    "reports": len(reports),
    "months": len(months),
    "company_rules": len(company_rules),
    "schedules": len(schedules),
    "machines": len(machines),
    "approvals": len(approvals),
    "detail": detail.get("sp_no") == (approvals[0] if approvals else None),
    "departments": len(departments),
    "errors": errors,
}))
