//! Members, departments and tags, as far as attendance needs them.

use crate::{DepartmentId, TagId, UserId, wire::wire};

wire! {
    /// One member in one department (`user/list_id`); who is in two departments has two entries.
    DepartmentUser {
        /// The member.
        userid: UserId,
        /// The department.
        department: DepartmentId,
    }
}

wire! {
    /// A member (`user/simplelist`).
    Member {
        /// The member.
        userid: UserId,
        /// The name.
        name: String,
        /// The departments.
        department: Vec<DepartmentId>,
        /// The id under which providers know the member.
        open_userid: String,
    }
}

wire! {
    /// A department (`department/simplelist`, and with names `department/list`).
    Department {
        /// Its id; 1 is the company.
        id: DepartmentId,
        /// Its name; its id as text where the name is withheld.
        name: String,
        /// Its English name.
        name_en: String,
        /// Its heads.
        department_leader: Vec<UserId>,
        /// The department above.
        parentid: DepartmentId,
        /// Where it stands among its siblings; larger is further up.
        order: i64,
    }
}

wire! {
    /// A tag (`tag/list`).
    Tag {
        /// Its id.
        tagid: TagId,
        /// Its name.
        tagname: String,
    }
}

wire! {
    /// Whom a tag names (`tag/get`).
    TagMembers {
        /// The tag's name.
        tagname: String,
        /// Members by name.
        userlist: Vec<Member>,
        /// Departments.
        partylist: Vec<DepartmentId>,
    }
}
