//! Products that are known by what runs of them: endpoint detection (EDR) and cloud storage clients, one table for all
//! systems. A product that is not here is not found; the table is facts of the makers' own documentation, and grows.

/// A product and its signs.
pub(crate) struct Product {
    /// As its maker calls it.
    pub(crate) name: &'static str,
    /// Names of its processes on Linux and macOS.
    #[cfg_attr(windows, allow(dead_code, reason = "Windows has services instead"))]
    pub(crate) processes: &'static [&'static str],
    /// Names of its services on Windows, as the registry has them.
    pub(crate) services: &'static [&'static str],
    /// Where it lies on Linux.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux has these"))]
    pub(crate) folders: &'static [&'static str],
    /// How the identifiers of its programs and system extensions begin on macOS.
    #[cfg_attr(not(any(target_os = "macos", test)), allow(dead_code, reason = "only macOS has these"))]
    pub(crate) bundles: &'static [&'static str],
}

/// Endpoint detection and response.
pub(crate) const EDR: [Product; 16] = [
    Product {
        name: "CrowdStrike Falcon",
        processes: &["falcon-sensor", "falcon-sensor-bpf"],
        services: &["CSFalconService"],
        folders: &["/opt/CrowdStrike"],
        bundles: &["com.crowdstrike.falcon"],
    },
    Product {
        name: "SentinelOne",
        processes: &["s1-agent", "s1-orchestrator", "sentineld"],
        services: &["SentinelAgent"],
        folders: &["/opt/sentinelone"],
        bundles: &["com.sentinelone."],
    },
    Product {
        name: "Microsoft Defender for Endpoint",
        processes: &["wdavdaemon"],
        services: &["Sense"],
        folders: &["/opt/microsoft/mdatp"],
        bundles: &["com.microsoft.wdav"],
    },
    Product {
        name: "Trend Micro",
        processes: &["ds_agent"],
        services: &["ds_agent"],
        folders: &["/opt/ds_agent"],
        bundles: &["com.trendmicro."],
    },
    Product {
        name: "Cybereason",
        processes: &["cybereason-sensor"],
        services: &["CybereasonActiveProbe"],
        folders: &["/opt/cybereason"],
        bundles: &["com.cybereason."],
    },
    Product {
        name: "Elastic Defend",
        processes: &["elastic-endpoint"],
        services: &["Elastic Endpoint", "ElasticEndpoint"],
        folders: &["/opt/Elastic/Endpoint"],
        bundles: &["co.elastic."],
    },
    Product {
        name: "Wazuh",
        processes: &["wazuh-agentd"],
        services: &["WazuhSvc"],
        folders: &["/var/ossec/bin/wazuh-agentd"],
        bundles: &[],
    },
    Product {
        name: "Sophos",
        processes: &["sophos_watchdog"],
        services: &["Sophos Endpoint Defense Service"],
        folders: &["/opt/sophos-spl"],
        bundles: &["com.sophos."],
    },
    Product {
        name: "Carbon Black",
        processes: &["cbagentd", "cbdaemon"],
        services: &["CbDefense", "CarbonBlack"],
        folders: &["/opt/carbonblack", "/var/opt/carbonblack"],
        bundles: &["com.vmware.carbonblack.cloud"],
    },
    Product {
        name: "Cortex XDR",
        processes: &["pmd", "traps_pmd"],
        services: &["cyserver"],
        folders: &["/opt/traps"],
        bundles: &["com.paloaltonetworks.traps"],
    },
    Product {
        name: "Trellix Endpoint Security (HX)",
        processes: &["xagt"],
        services: &["xagt"],
        folders: &["/opt/fireeye"],
        bundles: &["com.fireeye."],
    },
    Product {
        name: "Cisco Secure Endpoint",
        processes: &["ampdaemon"],
        services: &["CiscoAMP"],
        folders: &["/opt/cisco/amp"],
        bundles: &["com.cisco.endpoint"],
    },
    Product {
        name: "CylanceOPTICS",
        processes: &["cyoptics"],
        services: &["CyOptics"],
        folders: &["/opt/cylance/optics"],
        bundles: &["com.cylance."],
    },
    Product {
        name: "ESET Inspect",
        processes: &["EIConnector"],
        services: &["EIConnectorSvc"],
        folders: &["/opt/eset/eei"],
        bundles: &[],
    },
    Product { name: "Cynet", processes: &[], services: &["CynetLauncher"], folders: &[], bundles: &[] },
    Product {
        name: "FortiEDR",
        processes: &["FortiEDRCollector"],
        services: &["FortiEDR Collector Service"],
        folders: &["/opt/FortiEDRCollector"],
        bundles: &[],
    },
];

/// Cloud storage clients. On Windows they are told by what they register (`windows/cloud_sync.rs`).
#[cfg(any(not(windows), test))]
pub(crate) const CLOUD: [Product; 11] = [
    client("Box", &[], &["com.box.desktop"]),
    client("Dropbox", &["dropbox", "dropboxd"], &["com.getdropbox.dropbox"]),
    client("Google Drive", &["google-drive-ocamlfuse"], &["com.google.drivefs", "com.google.GoogleDrive"]),
    client("Insync", &["insync"], &["com.insynchq."]),
    client("MEGA", &["megasync"], &["mega.mac"]),
    client("Nextcloud", &["nextcloud"], &["com.nextcloud.desktopclient"]),
    client("OneDrive", &["onedrive", "onedriver"], &["com.microsoft.OneDrive"]),
    client("ownCloud", &["owncloud"], &["com.owncloud.desktopclient"]),
    client("pCloud", &["pcloud"], &["com.pcloud."]),
    client("Seafile", &["seafile-applet", "seaf-daemon"], &["com.seafile."]),
    client("Synology Drive", &["cloud-drive-ui"], &["com.synology.CloudStation"]),
];

#[cfg(any(not(windows), test))]
const fn client(
    name: &'static str,
    processes: &'static [&'static str],
    bundles: &'static [&'static str],
) -> Product {
    Product { name, processes, services: &[], folders: &[], bundles }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_a_sign_and_no_sign_is_shared() {
        for table in [&EDR[..], &CLOUD[..]] {
            let mut seen = std::collections::BTreeSet::new();
            for product in table {
                let kinds = [product.processes, product.services, product.folders, product.bundles];
                assert!(kinds.iter().any(|signs| !signs.is_empty()), "{}", product.name);
                for (kind, signs) in kinds.into_iter().enumerate() {
                    for sign in signs {
                        assert!(!sign.is_empty() && seen.insert((kind, sign)), "{sign}");
                    }
                }
            }
        }
        assert!(EDR.iter().all(|product| !product.services.is_empty()));
    }
}
