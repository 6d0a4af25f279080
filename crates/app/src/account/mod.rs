//! Accounts: making them, signing in, changing passwords.

mod create;
mod password;
mod sign_in;
mod throttle;

pub use create::NewPerson;
pub use password::Password;
pub use sign_in::{SIGNED_IN_DAYS_MAX, SignedIn};
pub use throttle::Throttle;
