//! swanctl.conf: `connections { NAME { local { … } remote { … } children { … } } }` and `secrets { … }`, of which the
//! names alone are read.

use super::super::ConfigurationError;
use super::super::block::{self, Block, Item, Style};
use super::super::quote::Line;
use super::super::telling::Telling;
use super::{Connection, Secrets, Version};

pub(super) fn tree(lines: &[Line]) -> Result<Vec<Item>, ConfigurationError> {
    block::read(lines, Style::Swanctl)
}

pub(super) fn read<'a>(
    tree: &'a [Item],
    connections: &mut Vec<Connection<'a>>,
    secrets: &mut Secrets<'a>,
    telling: &mut Telling,
) {
    for item in tree {
        match item {
            Item::Block(block) if block.name == "connections" => {
                connections.extend(block.blocks().map(connection));
            }
            Item::Block(block) if block.name == "secrets" => {
                secrets.read = true;
                for own in block.blocks() {
                    secret(own, secrets);
                }
            }
            Item::Words { text, line } if text.starts_with("include") => telling.unread(line),
            _ => {}
        }
    }
}

fn secret<'a>(own: &'a Block, secrets: &mut Secrets<'a>) {
    if !["eap", "xauth", "ntlm"].iter().any(|kind| own.name.starts_with(kind)) {
        return;
    }
    for item in &own.items {
        if let Item::Pair { key, value, line, .. } = item
            && key.starts_with("id")
        {
            secrets.users.push((value.clone(), line));
        }
    }
}

fn connection(own: &Block) -> Connection<'_> {
    let value = |key: &str| own.value(key).map(|(value, _)| value).unwrap_or_default();
    let mut remotes: Vec<&Block> = own.blocks().filter(|block| block.name.starts_with("remote")).collect();
    remotes.sort_by_key(|block| block.name.clone());
    let methods: Vec<(String, &Line)> = remotes
        .iter()
        .map(|block| {
            block
                .value("auth")
                .map_or(("pubkey".to_owned(), &block.line), |(auth, line)| (auth.to_owned(), line))
        })
        .collect();
    let children: Vec<&Block> =
        own.block("children").map(|block| block.blocks().collect()).unwrap_or_default();
    let mut proposals: Vec<(String, &Line)> =
        own.value("proposals").map(|(list, line)| (list.to_owned(), line)).into_iter().collect();
    for child in &children {
        for key in ["esp_proposals", "ah_proposals"] {
            proposals.extend(child.value(key).map(|(list, line)| (list.to_owned(), line)));
        }
    }
    let transport = children.iter().any(|child| {
        ["local_ts", "remote_ts"]
            .iter()
            .any(|key| child.value(key).is_some_and(|(own, _)| own.contains("1701") || own.contains("l2tp")))
    });
    let addresses = value("remote_addrs");
    Connection {
        anybody: addresses.is_empty()
            || addresses.split(',').any(|own| own.trim().starts_with("%any") || own.contains("/0")),
        version: match value("version") {
            "1" => Version::One,
            "2" => Version::Two,
            _ => Version::Any,
        },
        aggressive: own.value("aggressive").filter(|(value, _)| *value == "yes").map(|(_, line)| line),
        l2tp: transport,
        proposals,
        methods: if methods.is_empty() { vec![("pubkey".to_owned(), &own.line)] } else { methods },
        id: remotes.iter().find_map(|block| block.value("id")).map(|(id, line)| (id.to_owned(), line)),
        pinned: remotes
            .iter()
            .any(|block| block.value("certs").is_some() || block.value("pubkeys").is_some()),
    }
}
