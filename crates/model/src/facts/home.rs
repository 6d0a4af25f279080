//! Facts of a home LAN and of the devices at home that are not lent: section 5.2.

use super::{Agreement, WifiAuthentication, WifiCipher, facts, words};
use crate::At;

facts! {
    /// What is known of a home LAN.
    HomeFacts {
        /// Record: how the lent PC reaches the Internet.
        connection: HomeConnection,
        /// Wireless LAN; measured by the lent PC or recorded.
        wifi: HomeWifi,
        /// Record: the key of the wireless LAN.
        key: WifiKey,
        /// Record: the edge router.
        router: HomeRouter,
        /// The router's packet filter, from its configuration or a record.
        filter: PacketFilter,
        /// Record: procedures the person agreed to.
        agreements: Vec<Agreement>,
    }
    /// How the lent PC reaches the Internet.
    HomeConnection {
        /// Way.
        kind: ConnectionKind,
        /// Whose home it is.
        person: String,
    }
    /// Wireless LAN.
    HomeWifi {
        /// Whether the lent PC uses it; false: cable only.
        used: bool,
        /// How one joins.
        authentication: WifiAuthentication,
        /// How it is encrypted.
        cipher: WifiCipher,
    }
    /// The key of the wireless LAN. Never the key itself.
    WifiKey {
        /// Whether the key was set by itself (push button) or as shipped by the maker, unique per router.
        automatic: bool,
        /// Characters of a typed key.
        length: i64,
        /// Whether WPS by PIN is off.
        wps_pin_off: bool,
        /// Where it is kept.
        kept_where: String,
    }
    /// The edge router.
    HomeRouter {
        /// Maker.
        vendor: String,
        /// Model.
        model: String,
        /// Whether the administrator password was changed.
        password_changed: bool,
        /// Characters of the administrator password.
        password_length: i64,
        /// Where it is kept.
        password_kept_where: String,
        /// When the firmware was last checked or updated.
        firmware_checked_at: At,
        /// Whether the maker no longer mends it.
        support_ended: bool,
    }
    /// The router's packet filter from the Internet to the home.
    PacketFilter {
        /// Ports that are dropped, as `tcp/445` or `udp/137`.
        dropped: Vec<String>,
        /// Ports that are let in, with the line that does it.
        passed: Vec<PassedPort>,
        /// Whether everything not asked for is dropped.
        drops_by_default: bool,
    }
    /// A port that is let in.
    PassedPort {
        /// As `tcp/445`.
        port: String,
        /// Line of the configuration.
        line: String,
    }
    /// What is known of a device at home that is not lent.
    HomeDeviceFacts {
        /// Record: the device.
        device: HomeDeviceIdentity,
        /// Record: its antivirus.
        antivirus: HomeAntivirus,
        /// Record: its updates.
        updates: HomeUpdates,
        /// Record: scans.
        scans: HomeScans,
        /// Record: whether it serves as access point in place of the home LAN.
        tethering: Tethering,
        /// Record: proofs kept.
        logs: HomeLogs,
    }
    /// The device.
    HomeDeviceIdentity {
        /// Kind.
        kind: HomeDeviceKind,
        /// Whose.
        person: String,
        /// Whether it is connected to the home LAN the lent PC uses.
        on_home_lan: bool,
    }
    /// Its antivirus.
    HomeAntivirus {
        /// Whether it runs.
        running: bool,
        /// Whether its definitions are current.
        definitions_current: bool,
    }
    /// Its updates.
    HomeUpdates {
        /// Whether the system is up to date.
        os_current: bool,
        /// Whether programs are up to date.
        apps_current: bool,
    }
    /// Scans.
    HomeScans {
        /// When the last full scan ended.
        last_full_scan_at: At,
    }
    /// Use as access point.
    Tethering {
        /// Whether the lent PC goes through it.
        used: bool,
    }
    /// Proofs kept.
    HomeLogs {
        /// Whether scan logs are kept.
        scan_logs: bool,
        /// Whether update logs or screenshots are kept.
        update_logs: bool,
        /// When the last one was handed in.
        last_at: At,
    }
}

words! {
    /// How the lent PC reaches the Internet.
    ConnectionKind {
        /// Over the home LAN.
        HomeLan,
        /// Over a phone or pocket router.
        Tethering,
    }
    /// Kind of a device at home.
    HomeDeviceKind {
        /// Windows PC.
        Windows,
        /// Mac.
        Mac,
        /// Android.
        Android,
        /// iPhone or iPad.
        Iphone,
        /// Network storage.
        Nas,
        /// Pocket router.
        PocketRouter,
        /// Anything else.
        Other,
    }
}
