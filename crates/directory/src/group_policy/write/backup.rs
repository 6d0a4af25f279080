//! A policy as the backup that `Import-GPO` and the management console take: `manifest.xml`, and per policy
//! `bkupInfo.xml`, `Backup.xml` and the files below `DomainSysvol/GPO`.

use std::collections::BTreeMap;

use super::policy::escaped;
use crate::group_policy::object::{PREFERENCES, REGISTRY, TEMPLATE};

/// A policy to be written as a backup.
#[derive(Debug)]
pub(super) struct Backup {
    /// The backup's id, in braces: the name of its folder.
    pub(super) id: String,
    /// The GUID of the policy it stands for, in braces.
    pub(super) guid: String,
    pub(super) name: String,
    pub(super) domain: String,
    /// When it was made, as `2026-11-24T08:30:00`.
    pub(super) at: String,
    /// The files, below the policy's folder.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

const OPERATIONS: &str = "http://www.microsoft.com/GroupPolicy/GPOOperations";
const MANIFEST: &str = "http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest";
/// Windows' parts that apply a file, each with the editor's part that wrote it.
const PREFERENCE_CORE: &str =
    "[{00000000-0000-0000-0000-000000000000}{BEE07A6A-EC9F-4659-B8C9-0B1937907C83}]";
const REGISTRY_PART: &str = "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}";
const REGISTRY_EDITOR: &str = "{D02B1F72-3407-48AE-BA88-E8213C6761F1}";
const TEMPLATE_PART: &str = "{827D319E-6EAC-11D2-A4EA-00C04F79F83A}";
const TEMPLATE_EDITOR: &str = "{803E14A0-B4FB-11D0-A0D0-00A0C90F574B}";
const PREFERENCE_PART: &str = "{B087BE9D-ED37-454F-AF9C-04291E351182}";
const PREFERENCE_EDITOR: &str = "{BEE07A6A-EC9F-4659-B8C9-0B1937907C83}";
/// What backups call files that no other extension claims.
const REST_PART: &str = "{F15C46CD-82A0-4C2D-A210-5D0D3182A418}";

/// The files of one folder of backups, by their path in it.
pub(super) fn folder(backups: &[Backup]) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let instances: String = backups.iter().map(|backup| instance(backup, "")).collect();
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Backups xmlns=\"{MANIFEST}\" xmlns:mfst=\"{MANIFEST}\" \
         mfst:version=\"1.0\">{instances}</Backups>\r\n"
    );
    out.insert("manifest.xml".to_owned(), manifest.into_bytes());
    for backup in backups {
        let id = &backup.id;
        let info = instance(backup, &format!(" xmlns=\"{MANIFEST}\""));
        out.insert(format!("{id}/bkupInfo.xml"), info.into_bytes());
        out.insert(format!("{id}/Backup.xml"), scheme(backup).into_bytes());
        for (path, bytes) in &backup.files {
            out.insert(format!("{id}/DomainSysvol/GPO/{path}"), bytes.clone());
        }
    }
    out
}

fn instance(backup: &Backup, namespace: &str) -> String {
    format!(
        "<BackupInst{namespace}><GPOGuid>{}</GPOGuid><GPODomain>{}</GPODomain>\
         <GPODomainGuid>{{00000000-0000-0000-0000-000000000000}}</GPODomainGuid><GPODomainController>{}\
         </GPODomainController><BackupTime>{}</BackupTime><ID>{}</ID><Comment></Comment>\
         <GPODisplayName>{}</GPODisplayName></BackupInst>",
        backup.guid,
        escaped(&backup.domain),
        escaped(&backup.domain),
        backup.at,
        backup.id,
        escaped(&backup.name),
    )
}

/// `Backup.xml`: what the policy has, and which file goes where. Rights and links are left out: an import keeps those
/// of the policy it goes into.
fn scheme(backup: &Backup) -> String {
    let has = |path: &str| backup.files.contains_key(path);
    let mut extensions = String::new();
    let mut parts = String::new();
    if has(PREFERENCES) {
        extensions.push_str(PREFERENCE_CORE);
    }
    if has(REGISTRY) {
        extensions.push_str(&format!("[{REGISTRY_PART}{REGISTRY_EDITOR}]"));
        parts.push_str(&part(REGISTRY_PART, "Registry", &file(REGISTRY, "")));
    }
    if has(TEMPLATE) {
        extensions.push_str(&format!("[{TEMPLATE_PART}{TEMPLATE_EDITOR}]"));
        let validated = " bkp:ReEvaluateFunction=\"SecurityValidateSettings\"";
        parts.push_str(&part(TEMPLATE_PART, "Security", &file(TEMPLATE, validated)));
    }
    if has(PREFERENCES) {
        extensions.push_str(&format!("[{PREFERENCE_PART}{PREFERENCE_EDITOR}]"));
        let folders = ["Machine/Preferences", "Machine/Preferences/Registry"]
            .map(|path| object("FSObjectDir", path, ""));
        parts.push_str(&part(REST_PART, "Unknown Extension", &(folders.concat() + &file(PREFERENCES, ""))));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<GroupPolicyBackupScheme bkp:version=\"2.0\" \
         bkp:type=\"GroupPolicyBackupTemplate\" xmlns:bkp=\"{OPERATIONS}\" xmlns=\"{OPERATIONS}\"><GroupPolicyObject>\
         <SecurityGroups/><FilePaths/><GroupPolicyCoreSettings><ID>{}</ID><Domain>{}</Domain><SecurityDescriptor/>\
         <DisplayName>{}</DisplayName><Options>1</Options><UserVersionNumber>0</UserVersionNumber>\
         <MachineVersionNumber>65537</MachineVersionNumber><MachineExtensionGuids>{extensions}</MachineExtensionGuids>\
         <UserExtensionGuids/><WMIFilter/></GroupPolicyCoreSettings>{parts}</GroupPolicyObject>\
         </GroupPolicyBackupScheme>\r\n",
        backup.guid,
        escaped(&backup.domain),
        escaped(&backup.name),
    )
}

fn part(id: &str, name: &str, inner: &str) -> String {
    format!("<GroupPolicyExtension bkp:ID=\"{id}\" bkp:DescName=\"{name}\">{inner}</GroupPolicyExtension>")
}

fn file(path: &str, more: &str) -> String {
    object("FSObjectFile", path, more)
}

fn object(kind: &str, path: &str, more: &str) -> String {
    let below = path.trim_start_matches("Machine/").replace('/', "\\");
    let place = path.replace('/', "\\");
    format!(
        "<{kind} bkp:Path=\"%GPO_MACH_FSPATH%\\{below}\"{more} bkp:Location=\"DomainSysvol\\GPO\\{place}\"/>"
    )
}
