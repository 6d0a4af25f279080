//! What the administrator recorded of a lent PC.

use serde_json::{Value, json};

use super::{Fault, Pc};
use crate::demo::company::ADMINISTRATOR;
use crate::demo::document::{Month, known};

/// Procedures the user of every PC agrees to, with the version in force.
const AGREED: [(&str, &str); 6] = [
    ("data-handover", "1.0"),
    ("patching", "1.1"),
    ("full-scan", "1.0"),
    ("mail-scanning", "1.0"),
    ("firewall", "1.0"),
    ("local-administrator", "1.0"),
];

/// Where what must not get lost lies.
pub(in crate::demo) const SAFE: &str = "本社 耐火金庫 B段";

/// Who handles personal data or customers' secrets.
const IMPORTANT: [&str; 4] = ["yamada.naoko", "shimizu.kaori", "ito.shota", "kobayashi.makoto"];

/// The record of a PC made so many days ago, if one was: the lending when the PC was entered, the rest when its user
/// had come by to sign.
pub(super) fn of(pc: &Pc, month: Month, ago: i64) -> Option<Value> {
    let entered = pc.lent.min(30);
    let signed = if pc.lent < 30 { pc.lent - 1 } else { 27 - pc.number() % 11 };
    if ago == entered {
        return Some(lending(pc, month, ago));
    }
    (ago == signed).then(|| papers(pc, month, ago))
}

/// Lending and the list of programs.
fn lending(pc: &Pc, month: Month, ago: i64) -> Value {
    let lent_at = month.day(pc.lent);
    let kind = if pc.fresh() { "fresh" } else { "in_use" };
    let baseline = if pc.has(Fault::NoBaseline, ago) {
        Value::Null
    } else {
        let unapproved: &[&str] =
            if pc.has(Fault::Unapproved, ago) { &["FreeMovieConverter 3.2", "TorrentBox 1.8"] } else { &[] };
        json!({
            "frozen_at": lent_at, "signed_by_administrator": true,
            "signed_by_user": !pc.has(Fault::Unsigned, ago), "unapproved": unapproved,
        })
    };
    let facts = json!({
        "lending": {
            "kind": kind, "user": pc.user, "lent_at": lent_at, "fresh_system": pc.fresh(), "patched": true,
            "antivirus": true, "no_important_data": true, "confirmed_by": ADMINISTRATOR, "confirmed_at": lent_at,
        },
        "baseline": baseline,
        "importance": { "important": IMPORTANT.contains(&pc.user) },
    });
    known(facts)
}

/// Agreements, recovery key, local administrator, exceptions, machines allowed to connect.
fn papers(pc: &Pc, month: Month, ago: i64) -> Value {
    known(json!({
        "agreements": agreements(pc, month, ago),
        "recovery_key": recovery_key(pc, ago),
        "local_administrator": local_administrator(pc, ago),
        "approvals": approvals(pc, month),
        "allowed_peers": [
            {"address": router(pc), "role": "router"}, {"address": printer(pc), "role": "printer"},
        ],
        "mail_scanning": {"enabled": true, "seen_by": ADMINISTRATOR, "screenshot": true},
    }))
}

fn agreements(pc: &Pc, month: Month, ago: i64) -> Value {
    if pc.has(Fault::NoAnswer, ago) {
        return Value::Null;
    }
    let remote_desktop = matches!(pc.id, "PC-003" | "PC-012").then_some(("remote-desktop", "1.0"));
    AGREED
        .into_iter()
        .chain(remote_desktop)
        .map(|(id, in_force)| {
            // Whoever has not agreed to what is in force did agree to the version before.
            let version = if pc.has(Fault::NotAgreed(id), ago) { "0.9" } else { in_force };
            json!({"document": id, "version": version, "at": month.day(ago), "by": pc.user})
        })
        .collect()
}

fn recovery_key(pc: &Pc, ago: i64) -> Value {
    if pc.has(Fault::NoKeyRecord, ago) {
        Value::Null
    } else if pc.has(Fault::KeyNotPrinted, ago) {
        json!({"protector_ids": [], "printed": false, "kept_where": "", "recorded_by": ADMINISTRATOR})
    } else {
        json!({
            "protector_ids": [protector(pc)], "printed": true, "kept_where": SAFE, "recorded_by": ADMINISTRATOR,
        })
    }
}

/// Recorded only where LAPS does not keep the password.
fn local_administrator(pc: &Pc, ago: i64) -> Value {
    if pc.has(Fault::SharedAdministrator, ago) {
        json!({"unique": false, "managed_by": ADMINISTRATOR, "kept_where": "パスワード管理台帳"})
    } else if pc.managed(ago) {
        Value::Null
    } else {
        json!({"unique": true, "managed_by": ADMINISTRATOR, "kept_where": SAFE})
    }
}

fn approvals(pc: &Pc, month: Month) -> Value {
    match pc.id {
        "PC-003" => json!([{
            "kind": "remote_desktop", "detail": "顧客システムの保守(接続元を1台に限定)",
            "approved_by": "湊 健一", "expires_at": month.day(-90),
        }]),
        "PC-007" => json!([{
            "kind": "usb_storage", "detail": "展示会のデモ機へのデータ移行",
            "approved_by": ADMINISTRATOR, "expires_at": month.day(-14),
        }]),
        _ => json!([]),
    }
}

/// The id on the recovery key's sheet.
pub(in crate::demo) fn protector(pc: &Pc) -> String {
    let number = pc.number();
    format!(
        "{{{:08X}-4D4E-4B{number:02X}-9A{number:02X}-{:012X}}}",
        0x5A1E_0000 + number * 7919,
        number * 104_729
    )
}

/// The home router's address.
pub(super) fn router(pc: &Pc) -> String {
    format!("192.168.{}.1", pc.number())
}

/// The printer's address at home.
pub(super) fn printer(pc: &Pc) -> String {
    format!("192.168.{}.50", pc.number())
}
