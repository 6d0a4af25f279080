//! Configurations in nested blocks – `name argument { key = value … }` – as FreeRADIUS and strongSwan's swanctl.conf
//! write them. Makes a tree with the line of everything. Knows nothing of what the names mean.

use super::ConfigurationError;
use super::quote::Line;

/// The deepest nesting followed.
const DEPTH_MAX: usize = 32;

/// How lines are cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A block opens at the end of a line; braces within conditions and texts are no blocks.
    Radius,
    /// Braces anywhere outside quotes.
    Swanctl,
}

/// One thing in a block.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// `key = value`, the operator kept.
    Pair { key: String, operator: String, value: String, line: Line },
    /// A block of its own.
    Block(Block),
    /// A line of words: the call of a module, an `$INCLUDE`.
    Words { text: String, line: Line },
}

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) name: String,
    /// What stands between name and brace.
    pub(super) argument: String,
    /// The line that opens it.
    pub(super) line: Line,
    pub(super) items: Vec<Item>,
}

impl Block {
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.items.iter().filter_map(|item| if let Item::Block(block) = item { Some(block) } else { None })
    }

    pub(super) fn block(&self, name: &str) -> Option<&Block> {
        self.blocks().find(|block| block.name == name)
    }

    /// The value of a key, and its line; the last one counts.
    pub(super) fn value(&self, key: &str) -> Option<(&str, &Line)> {
        self.items.iter().rev().find_map(|item| match item {
            Item::Pair { key: own, value, line, .. } if own == key => Some((value.as_str(), line)),
            _ => None,
        })
    }

    /// Every block inside, at any depth.
    pub(super) fn all(&self) -> Vec<&Block> {
        let mut found = vec![self];
        for block in self.blocks() {
            found.extend(block.all());
        }
        found
    }
}

enum Piece {
    Open(String),
    Close,
    Text(String),
}

/// The things of a file, in order.
///
/// # Errors
/// A block that has no end, or an end without a beginning.
pub(super) fn read(lines: &[Line], style: Style) -> Result<Vec<Item>, ConfigurationError> {
    let mut open: Vec<Block> = Vec::new();
    let mut items = Vec::new();
    let mut held: Option<(Line, String)> = None;
    for line in lines {
        let text = without_remark(&line.text);
        let (line, text) = match held.take() {
            Some((first, before)) => (first, format!("{before} {text}")),
            None => (line.clone(), text.to_owned()),
        };
        if style == Style::Radius
            && let Some(before) = text.strip_suffix('\\')
        {
            // Bounded by the file's size; a sum of many lines is still one line.
            held = Some((line, before.trim_end().to_owned()));
            continue;
        }
        for piece in pieces(&text, style) {
            let done = match piece {
                Piece::Open(header) => {
                    if open.len() >= DEPTH_MAX {
                        return Err(ConfigurationError::Truncated(line.place()));
                    }
                    let (name, argument) = header.split_once(char::is_whitespace).unwrap_or((&header, ""));
                    open.push(Block {
                        name: name.to_owned(),
                        argument: argument.trim().trim_matches('"').to_owned(),
                        line: line.clone(),
                        items: Vec::new(),
                    });
                    continue;
                }
                Piece::Close => match open.pop() {
                    Some(block) => Item::Block(block),
                    None => return Err(ConfigurationError::Truncated(line.place())),
                },
                Piece::Text(text) => item(text, &line),
            };
            open.last_mut().map_or(&mut items, |block| &mut block.items).push(done);
        }
    }
    match open.last() {
        Some(block) => Err(ConfigurationError::Truncated(block.line.place())),
        None => Ok(items),
    }
}

fn item(text: String, line: &Line) -> Item {
    const OPERATORS: [&str; 9] = [":=", "+=", "-=", "==", "!=", "=~", "!~", "!*", "="];
    let at = text.find(['=', ':', '!', '+', '-']).filter(|_| text.contains('='));
    let found = at.and_then(|_| {
        OPERATORS
            .iter()
            .filter_map(|own| text.find(own).map(|at| (at, *own)))
            .min_by_key(|(at, own)| (*at, usize::MAX - own.len()))
    });
    match found {
        Some((at, operator)) if !text.starts_with('$') && !text.starts_with('"') => {
            let value = text.get(at + operator.len()..).unwrap_or_default().trim();
            Item::Pair {
                key: text.get(..at).unwrap_or_default().trim().to_owned(),
                operator: operator.to_owned(),
                value: unquoted(value).to_owned(),
                line: line.clone(),
            }
        }
        _ => Item::Words { text, line: line.clone() },
    }
}

fn unquoted(value: &str) -> &str {
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(value)
}

fn pieces(text: &str, style: Style) -> Vec<Piece> {
    let mut found = Vec::new();
    let text_of = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| Piece::Text(text.to_owned()))
    };
    if style == Style::Radius {
        let mut rest = text.trim();
        while let Some(after) = rest.strip_prefix('}') {
            found.push(Piece::Close);
            rest = after.trim_start();
        }
        if let Some(header) = rest.strip_suffix('{') {
            found.push(Piece::Open(header.trim().to_owned()));
            return found;
        }
        // `pap { }`, `Auth-Type PAP { pap }`
        let one_line = rest
            .strip_suffix('}')
            .filter(|body| !body.contains(['=', '%', '(', '"']))
            .and_then(|body| body.split_once('{'));
        match one_line {
            Some((header, body)) => {
                found.push(Piece::Open(header.trim().to_owned()));
                found.extend(text_of(body));
                found.push(Piece::Close);
            }
            None => found.extend(text_of(rest)),
        }
        return found;
    }
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' | '}' if !quoted => {
                let before = text.get(start..at).unwrap_or_default().trim();
                start = at + 1;
                if c == '{' {
                    found.push(Piece::Open(before.to_owned()));
                } else {
                    found.extend(text_of(before));
                    found.push(Piece::Close);
                }
            }
            _ => {}
        }
    }
    found.extend(text_of(text.get(start..).unwrap_or_default()));
    found
}

/// Without what stands after a `#` outside quotes.
fn without_remark(text: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(own), _) if own == c && before != '\\' => quote = None,
            (None, '"' | '\'') if before != '\\' => quote = Some(c),
            (None, '#') if before.is_whitespace() || at == 0 || !before.is_alphanumeric() => {
                return text.get(..at).unwrap_or_default().trim_end();
            }
            _ => {}
        }
        before = c;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::quote::lines;
    use super::*;

    fn told(items: &[Item]) -> String {
        let each: Vec<String> = items
            .iter()
            .map(|item| match item {
                Item::Pair { key, operator, value, .. } => format!("{key} {operator} {value}"),
                Item::Block(block) => format!("{}[{}]({})", block.name, block.argument, told(&block.items)),
                Item::Words { text, .. } => text.clone(),
            })
            .collect();
        each.join("; ")
    }

    fn check(text: &str, style: Style, expected: &str) {
        let lines = lines("x", text.as_bytes()).unwrap();
        assert_eq!(told(&read(&lines, style).unwrap()), expected);
    }

    #[test]
    fn trees() {
        check(
            "server default { # x\n  authorize {\n -ldap\n if (\"%{User-Name}\" =~ /^a{2}/) {\n  ok\n }\n }\n}\n",
            Style::Radius,
            "server[default](authorize[](-ldap; if[(\"%{User-Name}\" =~ /^a{2}/)](ok)))",
        );
        check(
            "pap { }\nfilter = \"(uid=%{User-Name})\"\na := b\n",
            Style::Radius,
            "pap[](); filter = (uid=%{User-Name}); a := b",
        );
        check("filter = \"(a)\\\n b\"\n", Style::Radius, "filter = (a) b");
        check("c { rw { remote { id = \"CN=*\"\n} } }\n", Style::Swanctl, "c[](rw[](remote[](id = CN=*)))");
        check("$INCLUDE mods-enabled/\n-sql\n", Style::Radius, "$INCLUDE mods-enabled/; -sql");
    }

    #[test]
    fn broken_trees() {
        for text in ["a {\n", "}\n", "a {\n b {\n }\n"] {
            let lines = lines("x", text.as_bytes()).unwrap();
            assert!(matches!(read(&lines, Style::Radius), Err(ConfigurationError::Truncated(_))), "{text}");
        }
    }
}
