//! Facts of a router, firewall or other appliance of the company: sections 6.1.3, 7.2.1 and 8.1.

use super::{Review, facts};
use crate::At;

facts! {
    /// What is known of a network device.
    NetworkDeviceFacts {
        /// The device.
        device: NetworkDeviceIdentity,
        /// Its logs.
        logging: DeviceLogging,
        /// Blocklists it applies; empty when there is none.
        blocklists: Vec<Blocklist>,
        /// Record: its administrator account.
        administration: Administration,
        /// Record: signed reviews.
        reviews: NetworkDeviceReviews,
    }
    /// The device.
    NetworkDeviceIdentity {
        /// Maker.
        vendor: String,
        /// Product.
        product: String,
        /// Firmware version.
        firmware: String,
        /// Whether it filters traffic to the Internet.
        firewall: bool,
        /// Whether it is a proxy.
        proxy: bool,
    }
    /// Its logs.
    DeviceLogging {
        /// Whether access logs reach the log server.
        access_arriving: bool,
        /// Whether configuration logs reach the log server.
        configuration_arriving: bool,
        /// The newest event.
        last_event_at: At,
        /// Whether stored events can be overwritten.
        overwritten: bool,
        /// Whether the store is backed up by itself past a size.
        backed_up: bool,
        /// How many days events are kept.
        retention_days: i64,
    }
    /// A blocklist in use.
    Blocklist {
        /// Name.
        name: String,
        /// When it was last refreshed.
        refreshed_at: At,
        /// Whether that happens by itself.
        automatic: bool,
    }
    /// Its administrator account.
    Administration {
        /// Whether the name is no longer the maker's (`admin`, `Administrator`, `root` …).
        default_name_changed: bool,
        /// Whether the name cannot be changed on this model.
        name_fixed: bool,
    }
    /// Signed reviews.
    NetworkDeviceReviews {
        /// Of configuration changes.
        configuration: Review,
    }
}
