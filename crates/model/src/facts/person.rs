//! Facts of a person: sections 6.1.2, 7.2.2, 9 and 10.

use super::{EmploymentStatus, facts};
use crate::At;

facts! {
    /// What is known of a person.
    PersonFacts {
        /// Record: how the person stands in the company.
        employment: Employment,
        /// Record: procedures and regulations agreed to.
        agreements: Vec<Agreement>,
        /// Record: pledges (誓約書) signed.
        pledges: Vec<Pledge>,
        /// Record: courses taken.
        courses: Vec<CourseResult>,
        /// Record: guidance read.
        guidance: Vec<Agreement>,
    }
    /// How the person stands in the company.
    Employment {
        /// Status.
        status: EmploymentStatus,
        /// Whether the person works from home.
        works_from_home: bool,
        /// First day.
        joined_at: At,
        /// Last day; may lie ahead: then the person is still here and the day of leaving is known.
        left_at: At,
        /// First day of the leave.
        leave_from_at: At,
        /// Last day of the leave.
        leave_until_at: At,
        /// Mail address.
        mail: String,
        /// Employee number.
        number: String,
        /// Department.
        department: String,
        /// Logon name in the directory.
        directory_account: String,
        /// VPN ids besides the logon name.
        vpn_ids: Vec<String>,
    }
    /// A person's agreement to a document.
    Agreement {
        /// Which: the id of a procedure, regulation or guidance, for example `patching` or `9.1`.
        document: String,
        /// The version agreed to.
        version: String,
        /// When.
        at: At,
        /// Who.
        by: String,
    }
    /// A pledge signed.
    Pledge {
        /// The regulation it is about.
        document: String,
        /// The version.
        version: String,
        /// When.
        at: At,
        /// For which PC; absent when for all.
        device: String,
    }
    /// A course taken.
    CourseResult {
        /// Which: the section, for example `10.2`.
        course: String,
        /// The version.
        version: String,
        /// When it was passed.
        passed_at: At,
        /// Score, 0 to 100.
        score: i64,
    }
}
