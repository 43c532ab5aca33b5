//! What a person can do about an error code, and where in the admin console (管理后台).

use super::{Bilingual, both};

pub(super) const LIST_APP: Bilingual = both(
    "in the admin console open 应用管理 > 打卡 > API > 可调用接口的应用, add the app whose secret you use, and use that app's secret",
    "在管理后台打开「应用管理 > 打卡 > API > 可调用接口的应用」，添加所用 secret 的应用，并使用该应用的 secret",
);

pub(super) const APPROVAL_APP: Bilingual = both(
    "in the admin console open 应用管理 > 审批 > API > 可调用接口的应用 and add the app whose secret you use",
    "在管理后台打开「应用管理 > 审批 > API > 可调用接口的应用」，添加所用 secret 的应用",
);

pub(super) const CONTACT_SECRET: Bilingual = both(
    "use the secret under 管理工具 > 通讯录同步, not an app's",
    "使用「管理工具 > 通讯录同步」的 secret，而不是应用的 secret",
);

pub(super) const TRUSTED_IP: Bilingual = both(
    "in the admin console open 应用管理 > the app > 企业可信IP and add the address given; it acts after about a minute",
    "在管理后台打开「应用管理 > 该应用 > 企业可信IP」，添加所给的 IP，约一分钟后生效",
);

pub(super) const VISIBLE: Bilingual = both(
    "in the admin console open 应用管理 > the app > 可见范围 and add the people or their department",
    "在管理后台打开「应用管理 > 该应用 > 可见范围」，添加这些人或其部门",
);

pub(super) const CREDENTIALS: Bilingual = both(
    "compare the corp id with 我的企业 > 企业信息 and the secret with 应用管理 > the app > Secret; both must be of one company",
    "核对 corpid（「我的企业 > 企业信息」）和 secret（「应用管理 > 该应用 > Secret」），两者须属于同一企业",
);

pub(super) const COMPANY_GONE: Bilingual = both(
    "ask the company's administrator; asking again does not help",
    "请联系企业管理员；重试没有用",
);

pub(super) const ENABLE: Bilingual = both(
    "in the admin console open 应用管理 > the app and enable it",
    "在管理后台打开「应用管理 > 该应用」并启用",
);

pub(super) const ENABLE_APPROVAL: Bilingual =
    both("in the admin console enable 应用管理 > 审批", "在管理后台启用「应用管理 > 审批」");

pub(super) const AUTHORISE: Bilingual =
    both("have the company's administrator authorise the app again", "请企业管理员重新授权该应用");

pub(super) const AGENT_ID: Bilingual =
    both("compare it with 应用管理 > the app > AgentId", "与「应用管理 > 该应用 > AgentId」核对");

pub(super) const AGAIN: Bilingual = both(
    "try again in a minute; if it lasts, ask WeCom's support with the hint number",
    "过一分钟再试；若一直如此，请带上 hint 号码联系企业微信客服",
);

pub(super) const OTHERS_WAIT: Bilingual = both(
    "wait a minute (an hour if it lasts), and look for other programs that use the same app",
    "等一分钟（若一直如此，等一小时），并检查是否有其他程序在用同一应用",
);

pub(super) const OTHERS_SLOW: Bilingual = both(
    "lower the concurrency, and look for other programs that use the same app",
    "降低并发，并检查是否有其他程序在用同一应用",
);

pub(super) const BUG: Bilingual = both(
    "this is a defect of the caller: report it with the call's name and the hint number",
    "这是调用程序的缺陷：请带上接口名和 hint 号码反馈",
);

pub(super) const UPDATE: Bilingual = both("update this program", "请更新本程序");

pub(super) const REQUEST: Bilingual =
    both("compare the request with the call's document page", "对照接口文档检查请求");

pub(super) const REMOVE: Bilingual =
    both("remove the userid from the list", "从名单中去掉该 userid");

pub(super) const REMOVE_OR_SEE: Bilingual = both(
    "remove the userid from the list, or widen 应用管理 > the app > 可见范围",
    "从名单中去掉该 userid，或扩大「应用管理 > 该应用 > 可见范围」",
);

pub(super) const CONTACTS: Bilingual = both(
    "remove the userid from the list: compare with 通讯录",
    "与通讯录核对，从名单中去掉该 userid",
);

pub(super) const HUNDRED: Bilingual =
    both("ask for at most 100 members a call", "每次最多查 100 人");

pub(super) const HUNDRED_POST: Bilingual = both(
    "ask for 1 to 100 members a call; with fewer, check that the request reaches WeCom as a POST with a JSON body",
    "每次查 1 到 100 人；人数没超时，检查请求是否以 POST 和 JSON 正文到达企业微信",
);

pub(super) const THIRTY_DAYS: Bilingual =
    both("ask for at most 30 days a call, in seconds", "每次最多查 30 天，时间以秒计");

pub(super) const THIRTY_ONE_DAYS: Bilingual =
    both("ask for at most 31 days a call, in seconds", "每次最多查 31 天，时间以秒计");

pub(super) const LESS: Bilingual = both("ask for a shorter span", "缩短时间范围再查");

pub(super) const LIST_ID: Bilingual =
    both("use user/list_id, or an app's secret", "改用 user/list_id，或使用应用的 secret");

pub(super) const MEDIA_LIVES: Bilingual =
    both("media ids live for three days; the file is lost", "media_id 有效三天，该文件已无法取得");

pub(super) const TWENTY_MB: Bilingual = both("ask for at most 20 MB at a time", "每次最多取 20 MB");

pub(super) const RIGHT_FACE: Bilingual =
    both("check that the photo is of the right person", "检查照片是否是本人");

pub(super) const CLEAR_FACE: Bilingual =
    both("send a clear photo of one face, at most 1 MB", "使用一张清晰的单人照片，不超过 1 MB");

pub(super) const FUTURE_DAYS: Bilingual =
    both("leave out today and the days before it", "去掉今天和以前的日期");

pub(super) const SECONDS: Bilingual = both(
    "check seconds against milliseconds, and that the rule is by shift",
    "检查时间是秒而不是毫秒，并且规则是按班次上下班",
);

pub(super) const LEAVE_TIMES: Bilingual =
    both("compare with the leave that the person has already", "与该成员已有的假期核对");

pub(super) const DUE_TIME: Bilingual =
    both("give a work or off-work time of the day's rule", "使用当天规则的上班或下班时间");

pub(super) const PUNCH_WINDOW: Bilingual =
    both("give a time inside the segment's punch window", "使用该时段允许打卡的时间");

pub(super) const CHECK_DAY: Bilingual = both("check the day", "检查日期");

pub(super) const GROUP_ID: Bilingual =
    both("take the group id from getcorpcheckinoption", "从 getcorpcheckinoption 取规则 id");

pub(super) const OTHER_RULE: Bilingual =
    both("take the people out of the other rule first", "先把这些人从另一条规则中移出");

pub(super) const MAKER: Bilingual = both(
    "use that app's secret, or change the rule in the admin console",
    "使用创建它的应用的 secret，或在管理后台修改规则",
);

pub(super) const RULE: Bilingual = both("mend the rule as the message says", "按提示修改规则");

pub(super) const FEWER_RULES: Bilingual = both("delete rules that are not used", "删除不用的规则");

pub(super) const KEEP_ONE: Bilingual = both("keep at least one of the two", "至少保留其中之一");

pub(super) const CORRECTIONS: Bilingual = both(
    "the rule has this kind of correction closed: 打卡 > 规则 > 补卡 in the admin console",
    "规则未开放这种补卡：见管理后台「打卡 > 规则 > 补卡」",
);

pub(super) const FACE_REQUEST: Bilingual =
    both("send one userid and a base64 image", "传一个 userid 和一张 base64 图片");
