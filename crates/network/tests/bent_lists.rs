//! Lists and logs cut off at every byte, and with every byte bent: nothing falls over, and no password gets out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use model::At;
use network::vpn::{account_list, radius};

fn now() -> At {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// The text cut off at every byte, and with each byte bent three ways.
fn bent(text: &[u8], look: &mut dyn FnMut(&[u8])) {
    for end in 0..=text.len() {
        look(&text[..end]);
    }
    for at in 0..text.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut bent = text.to_vec();
            bent[at] ^= flip;
            look(&bent);
        }
    }
}

#[test]
fn logs() {
    let class = "311 1 10.0.0.2 11/24/2026 01:00:00 7";
    let dts = format!(
        "<Event><Timestamp data_type=\"4\">11/24/2026 18:05:01.123</Timestamp><User-Name data_type=\"1\">EX\\tanaka</User-Name>\
         <Calling-Station-Id data_type=\"1\">203.0.113.5</Calling-Station-Id><Class data_type=\"1\">{class}</Class>\
         <Packet-Type data_type=\"0\">1</Packet-Type></Event>\n<Event><Timestamp data_type=\"4\">11/24/2026 18:05:01.123</Timestamp>\
         <Class data_type=\"1\">{class}</Class><Packet-Type data_type=\"0\">2</Packet-Type></Event>\n"
    );
    let database = format!(
        "\"NPS1\",\"IAS\",11/24/2026,18:05:01,2,,\"EX\\tanaka\",,,,,,,,9,\"192.0.2.1\",\"gw\",,,,,,2,1,\"Allow\",0,\"{class}\",,,\n"
    );
    let ias = format!(
        "192.0.2.1,EX\\tanaka,11/24/2026,18:05:01,IAS,NPS1,31,203.0.113.5,25,{class},4136,2,4142,0\n"
    );
    let log = "Tue Nov 24 18:05:01 2026 : Auth: (12) Login OK: [tanaka/hunter2] (from client gw port 7 cli 203.0.113.5)\n";
    let detail = "Tue Nov 24 18:05:01 2026\n\tUser-Name = \"tanaka\"\n\tUser-Password = \"hunter2\"\n\tAcct-Status-Type = Start\n\
                  \tAcct-Session-Id = \"A1\"\n\tCalling-Station-Id = \"203.0.113.5\"\n\tTimestamp = 1795511101\n\n";
    for text in [dts.as_str(), &database, &ias, log, detail] {
        let mut events = 0_u64;
        bent(text.as_bytes(), &mut |bytes| {
            let mut analysis = radius::Analysis::new(now());
            let mut take = |event: radius::Event<'_>| {
                events += 1;
                // A slash that was bent away leaves name and password as one word; then nothing can tell them apart.
                let slash_stands = bytes.windows(8).any(|own| own == b"/hunter2");
                assert!(!slash_stands || !event.user.written.contains("hunter2"), "{}", event.user.written);
                analysis.take(&event);
            };
            let _ = radius::read(bytes, "log", jiff::tz::offset(9), &mut take);
            let _ = analysis.finish(Some(&|_| radius::Standing::Absent));
        });
        assert!(events > 100, "{events} {text}");
    }
}

#[test]
fn account_lists() {
    let sheet =
        "ユーザー名,パスワード,状態,最終利用\ntanaka,hunter2,有効,2026/11/24 8:30\n\"sa,to\",hunter2,無効,\n";
    let users = "tanaka\tCleartext-Password := \"hunter2\", Auth-Type := Reject\n\tReply-Message := \"x\"\nDEFAULT Cleartext-Password := \"hunter2\"\n";
    let mut read = 0;
    for text in [sheet, users] {
        bent(text.as_bytes(), &mut |bytes| {
            if account_list::read(bytes, jiff::tz::offset(9), now()).is_ok() {
                read += 1;
            }
        });
        let whole = format!("{:?}", account_list::read(text.as_bytes(), jiff::tz::offset(9), now()).unwrap());
        assert!(!whole.contains("hunter2"), "{whole}");
    }
    assert!(read > 100, "{read}");
    let large = vec![b'a'; account_list::BYTES_MAX + 1];
    let found = account_list::read(&large, jiff::tz::offset(9), now());
    assert_eq!(found, Err(account_list::AccountListError::TooLarge));
}

/// Two hundred thousand events of ten thousand ids: nothing is left out.
#[test]
fn many_events() {
    let mut text = String::new();
    for at in 0..200_000_u32 {
        let (minute, second) = (at / 60 % 60, at % 60);
        let (what, user) = if at % 3 == 0 { ("Login incorrect", at % 7) } else { ("Login OK", at % 10_000) };
        text.push_str(&format!(
            "Tue Nov 24 18:{minute:02}:{second:02} 2026 : Auth: ({at}) {what}: [user{user}] (from client gw port 0 cli 203.0.113.{})\n",
            at % 5
        ));
    }
    let mut analysis = radius::Analysis::new(now());
    let counts =
        radius::read(text.as_bytes(), "radius.log", jiff::tz::offset(9), &mut |event| analysis.take(&event))
            .unwrap();
    assert_eq!((counts.events, counts.not_understood), (200_000, 0));
    let found = analysis.finish(Some(&|_| radius::Standing::Enabled));
    assert_eq!((found.left_out, found.facts.arriving), (0, Some(true)));
    assert!(!found.attacks.is_empty());
}
