//! The client for programs that are not async: the same names, each call waits for its answer.
//!
//! ```no_run
//! # fn month() -> Result<(), Box<dyn std::error::Error>> {
//! let client = wecom_checkin::Client::builder("ww1", std::env::var("WECOM_SECRET")?).build_blocking()?;
//! let june = client.records(["lin.xia"], "2026-06".parse()?).all();
//! println!("{} records, {} failures", june.rows.len(), june.failed.len());
//! # Ok(())
//! # }
//! ```
//!
//! Inside an async program use [`crate::Client`]; this one works there too, and holds up the thread
//! that it is called on.

mod worker;

use bytes::Bytes;
use futures::{StreamExt as _, stream::BoxStream};
use jiff::{Timestamp, civil::Date};
use secrecy::SecretString;

use super::{Job as AsyncJob, calls, write};
use crate::{
    CorpId, Days, Error, Fetched, GroupId, Pace, Ping, RawAnswer, Record, Row, Rule, Slice, UserId,
    approval::Approval,
    contact::{Department, Member, Tag, TagMembers},
    device::DeviceRecord,
    merge::Batch,
    report::{DayReport, MonthReport},
    rule::MemberRule,
    schedule::Schedule,
    vacation::{VacationKind, VacationQuota},
};
use worker::Worker;

use calls::{
    Call,
    add_checkin_option::AddCheckinOption,
    add_checkin_record::AddCheckinRecord,
    add_checkin_user_face::{AddCheckinUserFace, FaceStored},
    clear_checkin_option::ClearCheckinOption,
    delete_checkin_option::DeleteCheckinOption,
    get_approval_detail::GetApprovalDetail,
    get_approval_info::{ApprovalFilter, ApprovalPage, GetApprovalInfo},
    get_checkin_data::GetCheckinData,
    get_checkin_day_data::GetCheckinDayData,
    get_checkin_month_data::GetCheckinMonthData,
    get_checkin_option::GetCheckinOption,
    get_checkin_schedule_list::GetCheckinScheduleList,
    get_hardware_checkin_data::{FilterBy, GetHardwareCheckinData},
    get_media::{GetMedia, Media as AsyncMedia},
    get_tag::GetTag,
    get_vacation_quota::GetVacationQuota,
    list_department_members::ListDepartmentMembers,
    list_departments::ListDepartments,
    list_user_ids::{ListUserIds, UserIdPage},
    punch_correction::PunchCorrection,
    send_message::{MessageSent, SendMessage},
    set_checkin_schedule_list::{ScheduleChange, SetCheckinScheduleList},
    set_vacation_quota::SetVacationQuota,
    update_checkin_option::{RuleChange, UpdateCheckinOption},
};

/// The check-in API for one company and one secret, waiting for every answer. Cheap to clone; clones
/// share everything. Made by [`ClientBuilder::build_blocking`](crate::ClientBuilder::build_blocking).
#[derive(Debug, Clone)]
pub struct Client {
    client: crate::Client,
    worker: Worker,
}

impl crate::ClientBuilder {
    /// Makes a client that waits for every answer. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`build`](Self::build); and when the system gives no threads.
    pub fn build_blocking(self) -> Result<Client, Error> {
        Client::new(self.build()?)
    }
}

macro_rules! calls {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        impl Client {
            $(
                #[doc = concat!(
                    "[`", stringify!($name), "`](crate::Client::", stringify!($name), "), to its end.",
                )]
                pub fn $name(&self, $($argument: $type),*) -> Result<$answer, Error> {
                    self.worker.run(self.client.$name($($argument),*))
                }
            )+
        }
    };
}

calls! {
    add_checkin_option(request: &AddCheckinOption) -> ();
    add_checkin_record(request: &AddCheckinRecord) -> ();
    add_checkin_user_face(request: &AddCheckinUserFace) -> FaceStored;
    call_raw(name: &str, json: &str) -> RawAnswer;
    check_credentials() -> Timestamp;
    clear_checkin_option(request: &ClearCheckinOption) -> ();
    delete_checkin_option(request: &DeleteCheckinOption) -> ();
    get_approval_detail(request: &GetApprovalDetail) -> Row<Approval>;
    get_approval_info(request: &GetApprovalInfo) -> ApprovalPage;
    get_checkin_data(request: &GetCheckinData) -> Vec<Row<Record>>;
    get_checkin_day_data(request: &GetCheckinDayData) -> Vec<Row<DayReport>>;
    get_checkin_month_data(request: &GetCheckinMonthData) -> Vec<Row<MonthReport>>;
    get_checkin_option(request: &GetCheckinOption) -> Vec<Row<MemberRule>>;
    get_checkin_schedule_list(request: &GetCheckinScheduleList) -> Vec<Row<Schedule>>;
    get_corp_checkin_option() -> Vec<Row<Rule>>;
    get_hardware_checkin_data(request: &GetHardwareCheckinData) -> Vec<Row<DeviceRecord>>;
    get_tag(request: GetTag) -> Row<TagMembers>;
    get_vacation_kinds() -> Vec<Row<VacationKind>>;
    get_vacation_quota(request: &GetVacationQuota) -> Vec<Row<VacationQuota>>;
    list_department_members(request: ListDepartmentMembers) -> Vec<Row<Member>>;
    list_departments(request: ListDepartments) -> Vec<Row<Department>>;
    list_departments_in_full(request: ListDepartments) -> Vec<Row<Department>>;
    list_tags() -> Vec<Row<Tag>>;
    list_user_ids(request: &ListUserIds) -> UserIdPage;
    ping() -> Ping;
    punch_correction(request: &PunchCorrection) -> ();
    rule(id: GroupId) -> Row<Rule>;
    rule_changes(request: &UpdateCheckinOption) -> Vec<RuleChange>;
    schedule_changes(request: &SetCheckinScheduleList) -> Vec<ScheduleChange>;
    send_message(request: &SendMessage) -> MessageSent;
    set_checkin_schedule_list(request: &SetCheckinScheduleList) -> ();
    set_vacation_quota(request: &SetVacationQuota) -> ();
    update_checkin_option(request: &UpdateCheckinOption) -> ();
    user_ids() -> Vec<UserId>;
}

impl Client {
    /// A client that waits where the given one is awaited.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(client: crate::Client) -> Result<Self, Error> {
        let worker = Worker::start()
            .map_err(|e| Error::input(format!("the client's threads cannot be started: {e}")))?;
        Ok(Self { client, worker })
    }

    /// As [`with_secret`](crate::Client::with_secret).
    #[must_use]
    pub fn with_secret(&self, secret: impl Into<SecretString>) -> Self {
        Self { client: self.client.with_secret(secret), worker: self.worker.clone() }
    }

    /// The company.
    pub fn corp(&self) -> &CorpId {
        self.client.corp()
    }

    /// The API address, without credentials.
    pub fn base_url(&self) -> &str {
        self.client.base_url()
    }

    /// How fast a call may go at the moment.
    pub fn pace(&self, call: &Call) -> Pace {
        self.client.pace(call)
    }

    /// As [`dry_run`](crate::Client::dry_run).
    ///
    /// # Errors
    /// Of kind `input`, naming the field that WeCom would refuse.
    pub fn dry_run<W: write::Write>(&self, request: &W) -> Result<write::DryRun, Error> {
        self.client.dry_run(request)
    }

    /// As [`get_media`](crate::Client::get_media).
    ///
    /// # Errors
    /// 40007 for an id that is wrong or older than three days.
    pub fn get_media(&self, request: &GetMedia) -> Result<Media, Error> {
        let media = self.worker.run(self.client.get_media(request))?;
        Ok(Media { media, worker: self.worker.clone() })
    }

    /// As [`records`](crate::Client::records).
    pub fn records(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<Record> {
        self.job(self.client.records(users, days))
    }

    /// As [`rules`](crate::Client::rules).
    pub fn rules(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        dates: impl IntoIterator<Item = Date>,
    ) -> Job<MemberRule> {
        self.job(self.client.rules(users, dates))
    }

    /// As [`schedules`](crate::Client::schedules).
    pub fn schedules(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<Schedule> {
        self.job(self.client.schedules(users, days))
    }

    /// As [`day_reports`](crate::Client::day_reports).
    pub fn day_reports(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<DayReport> {
        self.job(self.client.day_reports(users, days))
    }

    /// As [`month_reports`](crate::Client::month_reports).
    pub fn month_reports(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<MonthReport> {
        self.job(self.client.month_reports(users, days))
    }

    /// As [`device_records`](crate::Client::device_records).
    pub fn device_records(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
        by: FilterBy,
    ) -> Job<DeviceRecord> {
        self.job(self.client.device_records(users, days, by))
    }

    /// As [`approvals`](crate::Client::approvals).
    pub fn approvals(
        &self,
        days: Days,
        filters: &[ApprovalFilter],
    ) -> Waiting<Result<Row<Approval>, Error>> {
        let stream = self.client.approvals(days, filters);
        Waiting { stream, worker: self.worker.clone() }
    }

    fn job<T>(&self, job: AsyncJob<T>) -> Job<T> {
        Job { job, worker: self.worker.clone() }
    }
}

/// A [`Job`](crate::Job) whose parts are waited for.
#[must_use = "nothing is asked before the job is taken"]
pub struct Job<T> {
    job: AsyncJob<T>,
    worker: Worker,
}

impl<T: Send + 'static> Job<T> {
    /// As [`all`](crate::Job::all).
    pub fn all(self) -> Fetched<T> {
        self.worker.run(self.job.all())
    }

    /// As [`batches`](crate::Job::batches).
    pub fn batches(self) -> Waiting<Batch<T>> {
        Waiting { stream: self.job.batches(), worker: self.worker }
    }

    /// As [`slices`](crate::Job::slices).
    pub fn slices(self) -> Waiting<Slice<T>> {
        Waiting { stream: self.job.slices(), worker: self.worker }
    }
}

/// Waits for one item after the other.
#[must_use = "nothing is asked before the first item is taken"]
pub struct Waiting<T> {
    stream: BoxStream<'static, T>,
    worker: Worker,
}

impl<T: Send> Iterator for Waiting<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.worker.run(self.stream.next())
    }
}

/// A file that is being received, see [`get_media::Media`](crate::calls::get_media::Media).
#[derive(Debug)]
pub struct Media {
    media: AsyncMedia,
    worker: Worker,
}

impl Media {
    /// What is known of the file before its bytes.
    pub fn about(&self) -> &AsyncMedia {
        &self.media
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.worker.run(self.media.chunk())
    }

    /// All the bytes.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn bytes(self) -> Result<Bytes, Error> {
        self.worker.run(self.media.bytes())
    }
}
