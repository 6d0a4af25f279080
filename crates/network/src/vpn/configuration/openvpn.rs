//! OpenVPN 2, a server's configuration: openvpn(8), "Options error" for what newer versions dropped. Inline blocks
//! (`<ca>` … `</ca>`) are skipped, so that no key is looked at. Knows nothing of the other products.

use model::facts::{AuthenticationBackend, CertificateField};

use super::quote::Line;
use super::telling::{Asked, Telling};
use super::{Product, algorithm};

/// A directive with its words, quotes taken away.
struct Directive<'a> {
    line: &'a Line,
    words: Vec<String>,
}

impl Directive<'_> {
    fn name(&self) -> &str {
        self.words.first().map_or("", |word| word.strip_prefix("--").unwrap_or(word))
    }

    fn value(&self) -> &str {
        self.words.get(1).map_or("", String::as_str)
    }
}

/// What must be seen as a whole before it can be judged.
struct Server<'a> {
    directives: Vec<Directive<'a>>,
}

impl<'a> Server<'a> {
    fn get(&self, name: &str) -> Option<&Directive<'a>> {
        // The last one counts.
        self.directives.iter().rev().find(|own| own.name() == name)
    }

    fn line(&self, name: &str) -> Option<&'a Line> {
        self.get(name).map(|own| own.line)
    }
}

pub(super) fn read(lines: &[Line]) -> Telling {
    let mut telling = Telling::of(Product::Openvpn);
    let server = Server { directives: directives(lines) };
    let Some(first) = lines.first() else { return telling };
    protection(&server, &mut telling);
    let client = server.line("client").or(server.line("remote").filter(|_| server.get("secret").is_none()));
    if let Some(line) = client {
        of_client(line, &mut telling);
        return telling;
    }
    let inline_secret = lines.iter().find(|line| line.text == "<secret>");
    if let Some(line) = server.line("secret").or(inline_secret) {
        telling.asks(Asked::Own(AuthenticationBackend::Local), line);
        telling.field(Some(CertificateField::None), line);
        telling.shares(Some(true), line);
        telling.finding("shared_key", line);
        telling.accounts_elsewhere = true;
        return telling;
    }
    let deciding = server.line("server").or(server.line("ca")).or(server.line("dev")).unwrap_or(first);
    who(&server, deciding, &mut telling);
    telling.accounts_elsewhere = true;
    telling
}

fn of_client(line: &Line, telling: &mut Telling) {
    telling.accounts_elsewhere = true;
    for field in [
        "authentication.backend",
        "authentication.certificate_field",
        "authentication.shared_password",
        "accounts",
    ] {
        telling.lacks(
            field,
            format!("{}: this is a client's configuration: hand in the server's", line.place()),
        );
    }
    telling.unread(line);
}

/// The directives outside inline blocks.
fn directives(lines: &[Line]) -> Vec<Directive<'_>> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in lines {
        let text = line.text.as_str();
        if let Some(name) = &block {
            if text == format!("</{name}>") {
                block = None;
            }
            continue;
        }
        if let Some(name) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'))
            && name != "connection"
            && !name.starts_with('/')
        {
            block = Some(name.to_owned());
            continue;
        }
        let words = words(text);
        if !words.is_empty() {
            found.push(Directive { line, words });
        }
    }
    found
}

/// Words as OpenVPN takes them: quotes, backslashes, remarks after `#` or `;`.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut word, mut open, mut started) = (String::new(), None, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (open, c) {
            (Some(quote), _) if c == quote => open = None,
            (Some('\''), _) => word.push(c),
            (_, '\\') => {
                word.extend(chars.next());
                started = true;
            }
            (None, '"' | '\'') => (open, started) = (Some(c), true),
            (None, '#' | ';') if !started => break,
            (None, _) if c.is_whitespace() => {
                if std::mem::take(&mut started) {
                    found.push(std::mem::take(&mut word));
                }
            }
            _ => {
                word.push(c);
                started = true;
            }
        }
    }
    if started {
        found.push(word);
    }
    found
}

/// Ciphers, hashes, TLS and compression.
fn protection(server: &Server<'_>, telling: &mut Telling) {
    for own in &server.directives {
        let pushed = own.name() == "push";
        let inner = if pushed { words(own.value()) } else { own.words.clone() };
        let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
        match inner.as_slice() {
            ["cipher" | "data-ciphers" | "ncp-ciphers" | "data-ciphers-fallback" | "auth", rest @ ..] => {
                algorithm::weigh(rest.iter().flat_map(|word| word.split(':')), own.line, telling);
            }
            ["tls-cipher", list, ..] => {
                let suites = list.split(':').filter(|own| !own.starts_with(['!', '-', '+']));
                algorithm::weigh(suites, own.line, telling);
            }
            ["tls-version-min", version, ..] if algorithm::old_tls(version) => {
                telling.finding("weak_tls", own.line);
            }
            ["comp-lzo", mode, ..] if *mode == "no" => {}
            ["comp-lzo", ..] => telling.finding("compression", own.line),
            ["compress", how, ..] if !matches!(*how, "stub" | "stub-v2" | "migrate") => {
                telling.finding("compression", own.line);
            }
            ["allow-compression", "yes" | "asym", ..] => telling.finding("compression", own.line),
            ["config", ..] => telling.unread(own.line),
            _ => {}
        }
    }
}

/// Who gets in: certificates, passwords, or both.
fn who(server: &Server<'_>, deciding: &Line, telling: &mut Telling) {
    let none = match server.get("verify-client-cert") {
        Some(own) => matches!(own.value(), "none" | "optional").then_some(own.line),
        None => server.line("client-cert-not-required"),
    };
    let password = passwords(server, telling);
    // A program of one's own could know one password for all.
    let own_program =
        ["auth-user-pass-verify", "management-client-auth"].iter().any(|name| server.get(name).is_some());
    let shared = (!own_program).then_some(false);
    if let Some(line) = none {
        telling.field(Some(CertificateField::None), password.unwrap_or(line));
        if password.is_none() {
            // Nothing at all is asked for: OpenVPN itself refuses to start so.
            telling.finding("accept_all", line);
            telling.shares(None, line);
            return;
        }
        telling.shares(shared, line);
        return;
    }
    match password {
        // The password names the person; the certificate is a second key beside it.
        Some(line) => {
            telling.field(Some(CertificateField::None), line);
            telling.shares(shared, line);
        }
        None => {
            telling.asks(Asked::Own(AuthenticationBackend::Local), deciding);
            certificates(server, deciding, telling);
        }
    }
    if server.get("crl-verify").is_none() && server.get("tls-verify").is_none() && password.is_none() {
        telling.finding("no_revocation", deciding);
    }
    if server.get("remote-cert-tls").is_none()
        && server.get("remote-cert-eku").is_none()
        && server.get("ns-cert-type").is_none()
    {
        telling.finding("no_remote_cert_tls", deciding);
    }
}

/// Certificates alone let people in: by which field?
fn certificates(server: &Server<'_>, deciding: &Line, telling: &mut Telling) {
    if let Some(own) = server.get("tls-verify").or(server.get("plugin")) {
        telling.unread(own.line);
    }
    let named = server.get("verify-x509-name");
    let by = server.get("x509-username-field");
    let field = match by.map(|own| own.value().to_owned()).as_deref() {
        None | Some("CN") => Some(CertificateField::CommonName),
        Some("emailAddress" | "ext:subjectAltName") => Some(CertificateField::Email),
        Some("O" | "OU") => Some(CertificateField::Organization),
        Some("ext:issuerAltName") => Some(CertificateField::Issuer),
        Some(_) => None,
    };
    let line = by.map_or(named.map_or(deciding, |own| own.line), |own| own.line);
    if field.is_none() {
        telling.unread(line);
        telling.lacks(
            "authentication.certificate_field",
            format!("{}: which field that is, is not known", line.place()),
        );
    }
    telling.field(field, line);
    if let Some(CertificateField::Organization | CertificateField::Issuer) = field {
        telling.finding("organization_only", line);
    }
    let duplicate = server.line("duplicate-cn");
    if let Some(line) = duplicate {
        telling.finding("duplicate_cn", line);
    }
    let kind = named.and_then(|own| own.words.get(2)).map(String::as_str);
    // One whole name that every client must carry is one certificate for all.
    let one_name = named.filter(|_| matches!(kind, Some("name" | "subject") | None));
    match (one_name, duplicate) {
        (Some(own), Some(_)) => {
            telling.shares(Some(true), own.line);
            telling.finding("shared_key", own.line);
        }
        (_, Some(line)) => {
            telling.lacks(
                "authentication.shared_password",
                format!(
                    "{}: one certificate may be used by many at once: hand in the list of certificates",
                    line.place()
                ),
            );
            telling.shares(None, line);
        }
        (_, None) => telling.shares(Some(false), line),
    }
}

/// The line by which passwords are asked for, and whom OpenVPN has check them.
fn passwords<'a>(server: &Server<'a>, telling: &mut Telling) -> Option<&'a Line> {
    let mut by = None;
    for own in &server.directives {
        match own.name() {
            "plugin" => {
                let module = own.value().to_ascii_lowercase();
                let has = |part: &str| module.contains(part);
                if has("ldap") {
                    telling.asks(Asked::Own(AuthenticationBackend::Ldap), own.line);
                } else if has("radius") {
                    telling.asks(Asked::Radius, own.line);
                } else if has("oauth2") || has("saml") || has("azure") {
                    telling.asks(Asked::Own(AuthenticationBackend::Cloud), own.line);
                } else if has("pam") {
                    telling.asks_unclear(
                        "PAM decides: say whom /etc/pam.d asks for it (sssd, winbind or local accounts)",
                        own.line,
                    );
                } else if has("down-root") {
                    continue;
                } else {
                    telling.asks_unclear("a plugin of its own may decide: say whom it asks", own.line);
                }
                by = by.or(Some(own.line));
            }
            "auth-user-pass-verify" => {
                let script = own.value().to_ascii_lowercase();
                if script.contains("ldap") {
                    telling.asks_unclear("a script decides, LDAP by its name: say whom it asks", own.line);
                } else {
                    telling.asks_unclear("a script decides: say whom it asks", own.line);
                }
                by = by.or(Some(own.line));
            }
            "management-client-auth" => {
                telling.asks_unclear("the management interface decides: say whom it asks", own.line);
                by = by.or(Some(own.line));
            }
            _ => {}
        }
    }
    by
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_openvpn_takes_them() {
        let check = |text: &str, expected: &[&str]| assert_eq!(words(text), expected, "{text}");
        check("cipher AES-256-GCM # best", &["cipher", "AES-256-GCM"]);
        check("push \"route 10.0.0.0 255.0.0.0\"", &["push", "route 10.0.0.0 255.0.0.0"]);
        check("plugin 'a b.so' c\\ d", &["plugin", "a b.so", "c d"]);
        check("; cipher none", &[]);
        check("x \"open", &["x", "open"]);
    }
}
