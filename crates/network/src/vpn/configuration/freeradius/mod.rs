//! FreeRADIUS 3: which of its modules decide in the sections `authorize` and `authenticate` that are really in use
//! (radiusd.conf, unlang(5), users(5), raddb/mods-available). Includes are followed within the files handed in, and no
//! further. Without radiusd.conf everything counts but what lies in `…-available`.

mod module;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use model::facts::{AuthenticationBackend, CertificateField};

use super::block::{self, Block, Item, Style};
use super::quote::Line;
use super::telling::{Asked, Telling};
use super::{ConfigurationError, Product, Text};

/// Words in sections that decide nothing about who gets in.
const HARMLESS: [&str; 38] = [
    "preprocess",
    "chap",
    "mschap",
    "digest",
    "suffix",
    "prefix",
    "ntdomain",
    "realmpercent",
    "bangpath",
    "IPASS",
    "expiration",
    "logintime",
    "pap",
    "ok",
    "noop",
    "reject",
    "fail",
    "handled",
    "invalid",
    "updated",
    "notfound",
    "userlock",
    "return",
    "break",
    "auth_log",
    "reply_log",
    "detail",
    "exec",
    "cui",
    "date",
    "daily",
    "dailycounter",
    "noresetcounter",
    "always",
    "expr",
    "linelog",
    "wimax",
    "totp",
];

/// Kinds of modules that change or count requests and let nobody in.
const OF_REQUESTS: [&str; 16] = [
    "realm",
    "attr_filter",
    "unpack",
    "utf8",
    "radutmp",
    "cache",
    "counter",
    "sqlcounter",
    "sqlippool",
    "ippool",
    "soh",
    "replicate",
    "sometimes",
    "dynamic_clients",
    "idn",
    "client",
];

/// Parsed files, and what of them is in use.
struct Server<'a> {
    modules: BTreeMap<&'a str, &'a Block>,
    servers: Vec<&'a Block>,
    policies: BTreeMap<&'a str, &'a Block>,
    users: Vec<users::User<'a>>,
    has_users: bool,
    done: BTreeSet<String>,
    /// Whether what is walked comes after a certificate was checked, so that `Accept` is its last word.
    certified: bool,
}

pub(super) fn read(files: &[&Text]) -> Result<Telling, ConfigurationError> {
    let mut telling = Telling::of(Product::Freeradius);
    let (user_files, others): (Vec<&Text>, Vec<&Text>) =
        files.iter().partition(|text| users::is_users(&text.name, &text.lines));
    let trees = others
        .iter()
        .filter(|text| !text.name.contains("mods-config/"))
        .map(|text| Ok((*text, block::read(&text.lines, Style::Radius)?)))
        .collect::<Result<Vec<_>, ConfigurationError>>()?;
    let used = used(&trees, &mut telling);
    let items: Vec<(&Text, &Item)> =
        used.iter().flat_map(|(text, items)| items.iter().map(move |item| (*text, item))).collect();
    let mut server = gathered(&items, &mut telling);
    let wanted: Vec<&str> = server
        .modules
        .values()
        .filter(|own| own.name == "files")
        .filter_map(|own| own.value("usersfile").or(own.value("filename")))
        .map(|(path, _)| path.rsplit('/').next().unwrap_or_default())
        .collect();
    let base = |text: &Text| text.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    for text in &user_files {
        if wanted.is_empty() || wanted.contains(&base(text).as_str()) {
            server.has_users = true;
            server.users.extend(users::read(&text.lines));
        }
    }
    let first = files.first().and_then(|text| text.lines.first());
    let entries: Vec<&Block> = entries(&server.servers);
    for entry in &entries {
        server.walk(entry, &mut telling);
    }
    if let Some(line) = entries.first().map(|entry| &entry.line).or(first) {
        server.close(line, !entries.is_empty(), &mut telling);
    }
    Ok(telling)
}

/// The files that radiusd.conf comes to; all but those merely available where it was not handed in.
fn used<'a>(trees: &'a [(&'a Text, Vec<Item>)], telling: &mut Telling) -> Vec<(&'a Text, &'a [Item])> {
    let path = |text: &Text| text.name.replace('\\', "/");
    // Files that came without their folders cannot be followed by include: all of them count.
    let flat = !trees.iter().any(|(text, _)| path(text).contains('/'));
    let root = trees.iter().position(|(text, _)| path(text).ends_with("radiusd.conf"));
    let Some(root) = root.filter(|_| !flat) else {
        let in_use = trees.iter().filter(|(text, _)| !path(text).contains("-available/"));
        return in_use.map(|(text, items)| (*text, items.as_slice())).collect();
    };
    let mut order = vec![root];
    let mut next = 0;
    while let Some((_, items)) = order.get(next).and_then(|at| trees.get(*at)) {
        next += 1;
        for (wanted, line) in includes(items) {
            let found: Vec<usize> = (0..)
                .zip(trees)
                .filter(|(_, (text, _))| is_included(&path(text), &wanted))
                .map(|(at, _)| at)
                .collect();
            if found.is_empty() && matters(&wanted) {
                telling.unread(&line);
            }
            for at in found {
                if !order.contains(&at) {
                    order.push(at);
                }
            }
        }
    }
    order.into_iter().filter_map(|at| trees.get(at)).map(|(text, items)| (*text, items.as_slice())).collect()
}

fn matters(wanted: &str) -> bool {
    ["mods-enabled", "sites-enabled", "clients.conf", "proxy.conf"].iter().any(|own| wanted.contains(own))
}

/// What is included, at any depth, without the variable in front.
fn includes(items: &[Item]) -> Vec<(String, Line)> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Words { text, line } => {
                let Some(rest) = text.strip_prefix("$INCLUDE").or(text.strip_prefix("$-INCLUDE")) else {
                    continue;
                };
                let path = rest.trim().trim_matches('"');
                let path = path.rsplit_once('}').map_or(path, |(_, rest)| rest).trim_start_matches('/');
                found.push((path.to_owned(), line.clone()));
            }
            Item::Block(block) => found.extend(includes(&block.items)),
            Item::Pair { .. } => {}
        }
    }
    found
}

fn is_included(path: &str, wanted: &str) -> bool {
    let path = format!("/{path}");
    match wanted.strip_suffix('/') {
        Some(folder) => path
            .rsplit_once('/')
            .is_some_and(|(own, _)| own.ends_with(&format!("/{}", folder.trim_start_matches('/')))),
        None => path.ends_with(&format!("/{wanted}")),
    }
}

/// Modules, servers, policies; clients and realms are judged on the way.
fn gathered<'a>(items: &[(&'a Text, &'a Item)], telling: &mut Telling) -> Server<'a> {
    let mut server = Server {
        modules: BTreeMap::new(),
        servers: Vec::new(),
        policies: BTreeMap::new(),
        users: Vec::new(),
        has_users: false,
        done: BTreeSet::new(),
        certified: false,
    };
    for (text, item) in items {
        let Item::Block(block) = item else { continue };
        let path = text.name.replace('\\', "/");
        match block.name.as_str() {
            "server" => server.servers.push(block),
            "modules" => block.blocks().for_each(|own| server.module_is(own)),
            "policy" => block.blocks().for_each(|own| {
                server.policies.entry(&own.name).or_insert(own);
            }),
            "client" => module::client(block, telling),
            "realm" => module::realm(block, telling),
            "home_server" | "home_server_pool" | "listen" | "log" | "security" | "thread" | "instantiate"
            | "templates" | "ENV" => {}
            _ if path.contains("policy.d/") => {
                server.policies.entry(&block.name).or_insert(block);
            }
            _ => server.module_is(block),
        }
        if block.name == "server" {
            block.blocks().filter(|own| own.name == "client").for_each(|own| module::client(own, telling));
        }
    }
    server
}

/// Servers that hear requests from outside.
fn entries<'a>(servers: &[&'a Block]) -> Vec<&'a Block> {
    let hears = |own: &&&Block| {
        own.blocks().filter(|block| block.name == "listen").any(|listen| {
            let authenticates = listen.value("type").is_none_or(|(kind, _)| kind.starts_with("auth"));
            let address = ["ipaddr", "ipv4addr", "ipv6addr"].iter().find_map(|key| listen.value(key));
            let inside = address.is_some_and(|(value, _)| value.starts_with("127.") || value == "::1");
            authenticates && !(inside && own.argument.contains("inner"))
        })
    };
    let decides = |own: &&&Block| own.block("authorize").is_some();
    let heard: Vec<&Block> = servers.iter().filter(decides).filter(hears).copied().collect();
    if !heard.is_empty() {
        return heard;
    }
    servers.iter().filter(decides).filter(|own| !own.argument.contains("inner")).copied().collect()
}

impl<'a> Server<'a> {
    /// A module goes by the name of its instance, else by its kind.
    fn module_is(&mut self, own: &'a Block) {
        let name = if own.argument.is_empty() { &own.name } else { &own.argument };
        self.modules.entry(name).or_insert(own);
    }

    /// Everything that a server calls to know and check a user.
    fn walk(&mut self, server: &'a Block, telling: &mut Telling) {
        if !self.done.insert(server.argument.clone()) {
            return;
        }
        for section in ["authorize", "authenticate"] {
            if let Some(block) = server.block(section) {
                self.section(block, section == "authenticate", 0, telling);
            }
        }
    }

    fn section(&mut self, block: &'a Block, checks: bool, depth: u32, telling: &mut Telling) {
        if depth > 16 {
            return;
        }
        for item in &block.items {
            match item {
                Item::Words { text, line } => self.call(text, line, checks, depth, telling),
                Item::Block(own) => {
                    let flow = [
                        "if",
                        "elsif",
                        "else",
                        "switch",
                        "case",
                        "group",
                        "redundant",
                        "load-balance",
                        "redundant-load-balance",
                        "update",
                        "Auth-Type",
                        "Autz-Type",
                        "foreach",
                        "actions",
                    ];
                    if flow.contains(&own.name.as_str()) {
                        self.section(own, checks, depth + 1, telling);
                    } else {
                        self.call(&own.name, &own.line, checks, depth, telling);
                    }
                }
                Item::Pair { .. } if self.certified => {}
                Item::Pair { .. } => module::update(item, telling),
            }
        }
    }

    fn call(&mut self, text: &str, line: &Line, checks: bool, depth: u32, telling: &mut Telling) {
        let optional = text.starts_with('-');
        let name = text.trim_start_matches('-').split('.').next().unwrap_or_default();
        let found = self.modules.get(name).copied();
        if let Some(own) = found {
            self.module(own, line, checks, telling);
            return;
        }
        if let Some(policy) = self.policies.get(name).copied() {
            // Once is enough, and policies that call one another would not end.
            if self.done.insert(format!("policy:{name}:{checks}:{}", self.certified)) {
                self.section(policy, checks, depth + 1, telling);
            }
            return;
        }
        match name {
            // Known by name though their settings were not handed in.
            "files" => self.files(line, telling),
            "ldap" | "sql" | "eap" | "mschap" if self.modules.is_empty() => {
                if name != "mschap" && !optional {
                    telling.asks_unclear("hand in the files of mods-enabled too", line);
                } else {
                    telling.unread(line);
                }
                if name == "eap" {
                    telling.field(None, line);
                }
            }
            "unix" => self.module_by_kind("unix", None, line, checks, telling),
            // A dash means: only if there is such a module.
            _ if optional
                || HARMLESS.contains(&name)
                || name.starts_with("filter_")
                || name.starts_with("rewrite_") => {}
            _ => telling.unread(line),
        }
    }

    fn module(&mut self, own: &'a Block, line: &Line, checks: bool, telling: &mut Telling) {
        self.module_by_kind(&own.name, Some(own), line, checks, telling);
    }

    fn module_by_kind(
        &mut self,
        kind: &str,
        own: Option<&'a Block>,
        line: &Line,
        checks: bool,
        telling: &mut Telling,
    ) {
        match (kind, own) {
            ("files", _) => self.files(line, telling),
            ("ldap", Some(own)) => module::ldap(own, line, telling),
            ("mschap", Some(own)) if checks => module::mschap(own, telling),
            ("exec", Some(own)) if checks => module::exec(own, line, telling),
            ("sql" | "passwd" | "unix", _) => {
                telling.asks(Asked::Own(AuthenticationBackend::RadiusLocal), line);
                telling.accounts_elsewhere = true;
                telling.lacks(
                    "accounts",
                    format!("{}: accounts are kept there: hand in their list", line.place()),
                );
            }
            ("krb5", _) => telling.asks(Asked::Own(AuthenticationBackend::RadiusLdap), line),
            ("pam" | "perl" | "python" | "python3" | "rest" | "ruby" | "lua" | "couchbase" | "redis", _) => {
                telling.asks_unclear("a module of its own decides: say whom it asks", line);
            }
            ("eap", Some(own)) if !checks => self.eap(own, telling),
            ("mschap" | "exec" | "eap", Some(_)) => {}
            _ if HARMLESS.contains(&kind) || OF_REQUESTS.contains(&kind) => {}
            _ => telling.unread(line),
        }
    }

    /// The servers, and of the policies those that they call, however deep.
    fn called(&self) -> Vec<&'a Block> {
        let mut found: Vec<&'a Block> = self.servers.clone();
        let mut seen = BTreeSet::new();
        let mut next = 0;
        while let Some(block) = found.get(next).copied() {
            next += 1;
            for own in block.all() {
                for item in &own.items {
                    let Item::Words { text, .. } = item else { continue };
                    let name = text.trim_start_matches('-');
                    if let Some(policy) = self.policies.get(name).copied()
                        && seen.insert(name)
                    {
                        found.push(policy);
                    }
                }
            }
        }
        found
    }

    fn eap(&mut self, own: &'a Block, telling: &mut Telling) {
        if !self.done.insert(format!("eap:{}", own.line.place())) {
            return;
        }
        let inner = module::inner_servers(own);
        let policies = self.called();
        module::eap(own, &policies, telling);
        for (name, line, certified) in inner {
            let before = std::mem::replace(&mut self.certified, certified);
            match self.servers.iter().copied().find(|server| server.argument == name) {
                Some(server) => self.walk(server, telling),
                None => telling.unread(line),
            }
            self.certified = before;
        }
        let directory = Asked::Own(AuthenticationBackend::RadiusLdap);
        if let Some(line) = module::by_certificate(own)
            && !telling.asked.iter().any(|told| told.value == directory)
        {
            // Whoever holds a certificate gets in, whatever the directory says of them.
            telling.asks(Asked::Own(AuthenticationBackend::RadiusLocal), line);
            telling.accounts_elsewhere = true;
        }
    }

    /// Static users.
    fn files(&mut self, line: &Line, telling: &mut Telling) {
        if !self.has_users {
            telling.asks_unclear("hand in the users file (mods-config/files/authorize) too", line);
            return;
        }
        if !self.done.insert("files:".to_owned()) {
            return;
        }
        for user in &self.users {
            let default = user.name == "DEFAULT";
            let lets_in = (user.password || user.accept) && !user.reject;
            if !default && (user.password || user.accept || user.reject) {
                telling.account(&user.name, lets_in, user.line);
            }
            if user.proxied {
                telling.asks(Asked::Radius, user.line);
            }
            if !lets_in {
                continue;
            }
            telling.asks(Asked::Own(AuthenticationBackend::RadiusLocal), user.line);
            if user.accept {
                telling.finding("accept_all", user.line);
            }
            if default && user.password {
                telling.finding("shared_key", user.line);
                telling.shares(Some(true), user.line);
            }
            telling.accounts_elsewhere |= default;
        }
    }

    /// What can be said when everything was walked.
    fn close(&self, line: &Line, walked: bool, telling: &mut Telling) {
        let directory =
            telling.asked.iter().any(|told| told.value == Asked::Own(AuthenticationBackend::RadiusLdap));
        if directory && self.done.contains("files:") {
            for user in self.users.iter().filter(|user| (user.password || user.accept) && !user.reject) {
                telling.finding("static_user", user.line);
            }
        }
        if telling.asked.is_empty() {
            telling.asks(Asked::Unclear, line);
            let lacking = if walked {
                "no module that checks users is called in it"
            } else {
                "hand in sites-enabled too"
            };
            telling.lacks("authentication.backend", format!("{}: {lacking}", line.place()));
        }
        if telling.fields.is_empty() && walked {
            telling.field(Some(CertificateField::None), line);
        }
        if telling.shared.is_empty() && walked {
            // What cannot be seen into could know one password for all.
            let seen = !telling.asked.iter().any(|told| matches!(told.value, Asked::Unclear | Asked::Radius));
            telling.shares(seen.then_some(false), line);
        }
    }
}
