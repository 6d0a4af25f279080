//! The `users` file (mods-config/files/authorize; users(5)): a name at the start of a line with what is checked, then
//! indented lines with what is answered. Knows names and kinds of attributes; passwords are not kept.

use super::super::quote::Line;

/// Somebody the file knows.
#[derive(Clone, Debug)]
pub(super) struct User<'a> {
    pub(super) name: String,
    pub(super) line: &'a Line,
    /// Has a password here.
    pub(super) password: bool,
    /// Let in without a password.
    pub(super) accept: bool,
    /// Turned away.
    pub(super) reject: bool,
    /// Handed to another server.
    pub(super) proxied: bool,
}

/// Whether a file is of this form: its name says so, or its lines do.
pub(super) fn is_users(name: &str, lines: &[Line]) -> bool {
    let path = name.replace('\\', "/");
    let base = path.rsplit('/').next().unwrap_or_default();
    if ["attr_filter", "preprocess", "hints", "huntgroups", "acct_users", "preproxy_users", "dictionary"]
        .iter()
        .any(|other| path.contains(other))
        || matches!(base, "accounting" | "pre-proxy")
    {
        return false;
    }
    if base == "users" || base == "authorize" {
        return true;
    }
    !lines.iter().any(|line| line.text.ends_with('{') || line.text.starts_with('}'))
        && lines
            .iter()
            .any(|line| !line.indented && entry(line).is_some_and(|own| own.password || own.accept))
}

pub(super) fn read<'a>(lines: &'a [Line]) -> Vec<User<'a>> {
    let mut found = Vec::new();
    let mut held: Option<User<'a>> = None;
    for line in lines.iter().filter(|line| !line.text.starts_with(['#', '$'])) {
        // A check list that ends in a comma goes on.
        if let Some(mut user) = held.take() {
            take(&line.text, &mut user);
            if line.text.ends_with(',') {
                held = Some(user)
            } else {
                found.push(user)
            }
            continue;
        }
        if line.indented {
            continue;
        }
        let Some(user) = entry(line) else { continue };
        if line.text.ends_with(',') { held = Some(user) } else { found.push(user) }
    }
    found.extend(held);
    found
}

fn entry(line: &Line) -> Option<User<'_>> {
    let (name, rest) = match line.text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => line.text.split_once(char::is_whitespace).unwrap_or((&line.text, "")),
    };
    let mut user =
        User { name: name.to_owned(), line, password: false, accept: false, reject: false, proxied: false };
    take(rest, &mut user);
    Some(user)
}

fn take(checks: &str, user: &mut User<'_>) {
    for check in checks.split(',') {
        let Some(at) = check.find(['=', ':', '+', '!']) else { continue };
        let name = check.get(..at).unwrap_or_default().trim();
        let name = name.rsplit(['&', ':']).next().unwrap_or_default();
        let value = check.get(at..).unwrap_or_default().trim_start_matches([':', '=', '+', '!', ' ', '\t']);
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        match name {
            "Auth-Type" => {
                user.accept |= value == "accept";
                user.reject |= value == "reject";
            }
            "Proxy-To-Realm" => user.proxied = true,
            _ => user.password |= is_password(name),
        }
    }
}

/// Whether an attribute holds a password that counts here.
pub(super) fn is_password(name: &str) -> bool {
    name.ends_with("-Password") || name == "Password-With-Header"
}

#[cfg(test)]
mod tests {
    use super::super::super::quote::lines;
    use super::*;

    #[test]
    fn entries() {
        let text = "# x\nbob Cleartext-Password := \"hello, you\"\n\tReply-Message := \"static\"\n\"John Doe\" NT-Password := 0x00\ntaro Auth-Type := Reject\nDEFAULT Auth-Type := Accept,\n\tNAS-Port == 1\n\tReply-Message := \"x\"\nlameuser Service-Type == Framed-User\n";
        let lines = lines("users", text.as_bytes()).unwrap();
        let told: Vec<_> =
            read(&lines).into_iter().map(|own| (own.name, own.password, own.accept, own.reject)).collect();
        let expected = [
            ("bob", true, false, false),
            ("John Doe", true, false, false),
            ("taro", false, false, true),
            ("DEFAULT", false, true, false),
            ("lameuser", false, false, false),
        ];
        assert_eq!(told, expected.map(|(name, a, b, c)| (name.to_owned(), a, b, c)));
        assert!(
            is_users("users", &lines)
                && is_users("x", &lines)
                && !is_users("mods-config/attr_filter/x", &lines)
        );
    }
}
