//! nftables, as `nft list ruleset` prints it: tables, chains, sets and maps. The rules are read in `rule`.
//!
//! Source: nft(8), "Tables", "Chains", "Sets", "Maps".

use std::collections::BTreeMap;

use super::super::RouterError;
use super::super::paste::Line;
use super::super::walk::{Cause, Fate};
use super::{Chain, Family, Hook, Ruleset};

mod rule;
mod verdict;

pub(super) use verdict::{ports, target};

/// A word, a brace, or the end of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

/// The elements of sets, and the keys and verdicts of maps, by table and name.
#[derive(Debug, Default)]
struct Sets {
    elements: BTreeMap<(String, String), Vec<String>>,
}

impl Sets {
    fn of(&self, table: &str, name: &str) -> Option<&Vec<String>> {
        self.elements.get(&(table.to_owned(), name.to_owned()))
    }
}

/// A chain before its rules are read: sets may stand below the rules that use them.
struct Draft {
    chain: Chain,
    rules: Vec<(u32, Vec<Token>)>,
}

/// Reads a ruleset.
pub(in super::super) fn read(lines: &[Line]) -> Result<Ruleset, RouterError> {
    let mut ruleset = Ruleset::default();
    let mut reader = Reader { tokens: tokens(lines), at: 0 };
    let (mut drafts, mut sets) = (Vec::new(), Sets::default());
    while let Some((line, statement)) = reader.statement() {
        let words = words(&statement);
        match words.as_slice() {
            ["table", family, name] if reader.opens() => {
                let table = format!("{family} {name}");
                reader.table(&table, family, &mut drafts, &mut sets).ok_or(RouterError::Truncated(line))?;
            }
            other => {
                if !ruleset.kernel.read(other) && reader.opens() {
                    reader.skip_block().ok_or(RouterError::Truncated(line))?;
                }
            }
        }
    }
    for Draft { mut chain, rules } in drafts {
        for (line, tokens) in rules {
            chain.rules.extend(rule::read(&tokens, Cause::Line(line), &chain.table, &sets));
        }
        for family in &chain.families {
            if matches!(chain.hook, Some(Hook::Input | Hook::Forward)) && !ruleset.spoken.contains(family) {
                ruleset.spoken.push(*family);
            }
        }
        ruleset.chains.push(chain);
    }
    Ok(ruleset)
}

fn tokens(lines: &[Line]) -> Vec<(u32, Token)> {
    let mut tokens = Vec::new();
    for line in lines {
        let mut word = String::new();
        let mut quoted = false;
        let flush = |word: &mut String, tokens: &mut Vec<(u32, Token)>| {
            if !word.is_empty() {
                tokens.push((line.number, Token::Word(std::mem::take(word))));
            }
        };
        for c in line.text.chars() {
            match c {
                '"' => {
                    // A quoted text is one word even when it is empty.
                    if quoted && word.is_empty() {
                        tokens.push((line.number, Token::Word(String::new())));
                    }
                    flush(&mut word, &mut tokens);
                    quoted = !quoted;
                }
                _ if quoted => word.push(c),
                '#' => break,
                '{' | '}' | ';' | '(' | ')' => {
                    flush(&mut word, &mut tokens);
                    tokens.push((
                        line.number,
                        match c {
                            '{' => Token::Open,
                            '}' => Token::Close,
                            ';' => Token::End,
                            other => Token::Word(other.to_string()),
                        },
                    ));
                }
                c if c.is_whitespace() => flush(&mut word, &mut tokens),
                c => word.push(c),
            }
        }
        flush(&mut word, &mut tokens);
        tokens.push((line.number, Token::End));
    }
    tokens
}

fn words(tokens: &[Token]) -> Vec<&str> {
    tokens
        .iter()
        .filter_map(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None })
        .collect()
}

struct Reader {
    tokens: Vec<(u32, Token)>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    /// Takes an opening brace, if one is next.
    fn opens(&mut self) -> bool {
        let open = self.peek() == Some(&Token::Open);
        self.at += usize::from(open);
        open
    }

    /// The words up to the next brace or end of statement.
    fn statement(&mut self) -> Option<(u32, Vec<Token>)> {
        while matches!(self.peek(), Some(Token::End | Token::Close)) {
            self.at += 1;
        }
        let line = self.tokens.get(self.at)?.0;
        let mut words = Vec::new();
        while let Some(Token::Word(_)) = self.peek() {
            words.extend(self.tokens.get(self.at).map(|(_, token)| token.clone()));
            self.at += 1;
        }
        Some((line, words))
    }

    /// Everything to the brace that closes what was opened; line ends within stay.
    fn skip_block(&mut self) -> Option<()> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.peek()? {
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Some(())
    }

    /// A statement inside a block, with the sets it holds; `None` at the block's end.
    fn inner(&mut self) -> Option<Option<(u32, Vec<Token>)>> {
        while self.peek() == Some(&Token::End) {
            self.at += 1;
        }
        if *self.peek()? == Token::Close {
            self.at += 1;
            return Some(None);
        }
        let line = self.tokens.get(self.at)?.0;
        let (mut found, mut depth) = (Vec::new(), 0_usize);
        loop {
            match self.peek()? {
                Token::End if depth == 0 => break,
                Token::Close if depth == 0 => break,
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            let token = self.peek()?.clone();
            if token != Token::End {
                found.push(token);
            }
            self.at += 1;
        }
        Some(Some((line, found)))
    }

    fn table(&mut self, table: &str, family: &str, drafts: &mut Vec<Draft>, sets: &mut Sets) -> Option<()> {
        let families = match family {
            "ip" => vec![Family::V4],
            "ip6" => vec![Family::V6],
            "inet" | "netdev" => vec![Family::V4, Family::V6],
            _ => Vec::new(),
        };
        loop {
            while *self.peek()? == Token::End {
                self.at += 1;
            }
            if *self.peek()? == Token::Close {
                self.at += 1;
                return Some(());
            }
            let (line, statement) = self.statement()?;
            let words: Vec<String> = words(&statement).into_iter().map(str::to_owned).collect();
            if !self.opens() {
                continue;
            }
            match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["chain", name] => drafts.push(self.chain(table, name, &families, line)?),
                ["set" | "map", name] => {
                    let elements = self.set()?;
                    sets.elements.insert((table.to_owned(), (*name).to_owned()), elements);
                }
                _ => self.skip_block()?,
            }
        }
    }

    fn set(&mut self) -> Option<Vec<String>> {
        let mut elements = Vec::new();
        while let Some((_, statement)) = self.inner()? {
            if let [Token::Word(name), Token::Word(sign), Token::Open, rest @ ..] = statement.as_slice()
                && name == "elements"
                && sign == "="
            {
                elements.extend(entries(rest));
            }
        }
        Some(elements)
    }

    fn chain(&mut self, table: &str, name: &str, families: &[Family], line: u32) -> Option<Draft> {
        let mut draft = Draft {
            chain: Chain {
                table: table.to_owned(),
                name: name.to_owned(),
                families: families.to_vec(),
                hook: None,
                priority: 0,
                nat: false,
                policy: Fate::Passed,
                cause: Cause::Line(line),
                rules: Vec::new(),
            },
            rules: Vec::new(),
        };
        while let Some((line, statement)) = self.inner()? {
            match words(&statement).as_slice() {
                ["type", kind, "hook", hook, rest @ ..] => base(&mut draft.chain, kind, hook, rest),
                ["policy", policy] => {
                    draft.chain.policy = if *policy == "drop" { Fate::Dropped } else { Fate::Passed };
                    draft.chain.cause = Cause::Line(line);
                }
                ["flags" | "devices" | "comment", ..] => {}
                _ => draft.rules.push((line, statement)),
            }
        }
        Some(draft)
    }
}

/// What makes a chain a base chain.
fn base(chain: &mut Chain, kind: &str, hook: &str, rest: &[&str]) {
    chain.nat = kind == "nat";
    chain.hook = match hook {
        "ingress" => Some(Hook::Ingress),
        "prerouting" => Some(Hook::Prerouting),
        "input" => Some(Hook::Input),
        "forward" => Some(Hook::Forward),
        "postrouting" => Some(Hook::Postrouting),
        _ => None,
    };
    let mut priority = rest.iter().skip_while(|word| **word != "priority").skip(1);
    let named = priority.next().copied().unwrap_or_default();
    let base = match named {
        "raw" => -300,
        "mangle" => -150,
        "dstnat" => -100,
        "filter" => 0,
        "security" => 50,
        "srcnat" => 100,
        number => number.parse().unwrap_or(0),
    };
    let offset: i32 = priority.map(|word| (*word).to_owned()).collect::<String>().parse().unwrap_or(0);
    chain.priority = base + offset.clamp(-1_000_000, 1_000_000);
}

/// The entries of a set or map, up to its closing brace: `22`, `137-139`, `80 : jump web`. What follows a value
/// (`timeout`, `counter`, `comment`) is left out.
fn entries(tokens: &[Token]) -> Vec<String> {
    let inside: Vec<&str> = tokens
        .iter()
        .take_while(|token| **token != Token::Close)
        .filter_map(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None })
        .collect();
    let joined = inside.join(" ");
    joined.split(',').map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}
