//! Shows, does and undoes a remedy through a hand. All or nothing, as far as the system lets it: what failed half-way is
//! put back, and what could not be put back is said.
//!
//! Knows nothing of what a step is for; the order is: look at everything, refuse what is not understood, then change.

use model::{At, Text, Why};

use crate::step::{self, Require};
use crate::{Change, Done, Hand, HandError, Kept, Program, Read, Remedy, RemedyError, Step, Value};

/// Where Windows keeps its local firewall rules.
const RULES: &str = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";

/// What would change now; empty when everything is so already. Changes nothing.
///
/// # Errors
/// For another system, what must be so before is not, or it could not be looked at.
pub fn preview(remedy: &Remedy, hand: &dyn Hand) -> Result<Vec<Change>, RemedyError> {
    let found = look(remedy, hand)?;
    Ok(found.into_iter().filter(|one| one.needed).map(|one| one.change()).collect())
}

/// Does it. What failed half-way is put back.
///
/// # Errors
/// As for [`preview`], or a step failed; the error says whether everything was put back.
pub fn apply(remedy: &Remedy, hand: &dyn Hand, now: At) -> Result<Done, RemedyError> {
    let found = look(remedy, hand)?;
    let mut kept: Vec<Kept> = Vec::new();
    let mut changes = Vec::new();
    for one in found.iter().filter(|one| one.needed) {
        match perform(one, hand) {
            Ok(after) => {
                if one.can_be_put_back() {
                    kept.push(Kept { step: one.place, before: one.before.clone(), after });
                }
                changes.push(one.change());
            }
            Err(cause) => {
                // The step that failed may have been done in part: its state before is put back as well.
                if one.can_be_put_back() && matches!(now_of(one.step, hand), Ok(now) if now != one.before) {
                    kept.push(Kept { step: one.place, before: one.before.clone(), after: None });
                }
                return Err(match put_back(remedy, &kept, hand) {
                    Ok(()) => RemedyError::PutBack(cause),
                    Err(left) => RemedyError::Half { cause, left },
                });
            }
        }
    }
    Ok(Done { remedy: remedy.id.clone(), at: now, changes, kept })
}

/// Puts back what [`apply`] changed, exactly as it was.
///
/// # Errors
/// It was changed by others since (nothing is touched then), does not belong to a remedy we know, or the system refused.
pub fn undo(done: &Done, hand: &dyn Hand) -> Result<Vec<Change>, RemedyError> {
    let remedy = crate::find(&done.remedy).ok_or_else(|| RemedyError::Unknown(done.remedy.clone()))?;
    undo_of(remedy, done, hand)
}

/// As [`undo`], of a remedy that need not be in the table.
pub(crate) fn undo_of(remedy: &Remedy, done: &Done, hand: &dyn Hand) -> Result<Vec<Change>, RemedyError> {
    if remedy.system != hand.system() {
        return Err(RemedyError::OtherSystem);
    }
    if !done.can_be_undone() {
        return Err(RemedyError::NothingToUndo);
    }
    let mut changes = Vec::new();
    for kept in done.kept.iter().rev() {
        let step = remedy.steps.get(kept.step).ok_or_else(|| RemedyError::Unknown(done.remedy.clone()))?;
        let now = now_of(step, hand).map_err(RemedyError::Look)?;
        if now != kept.after {
            return Err(RemedyError::ChangedSince {
                what: what(step),
                left: shown(kept.after.as_ref()),
                found: shown(now.as_ref()),
            });
        }
        changes.push(Change {
            what: what(step),
            before: shown(kept.after.as_ref()),
            after: shown(kept.before.as_ref()),
        });
    }
    put_back(remedy, &done.kept, hand).map_err(RemedyError::NotUndone)?;
    Ok(changes)
}

/// A step, as it was found.
struct Found<'a> {
    place: usize,
    step: &'a Step,
    before: Option<Value>,
    needed: bool,
}

impl Found<'_> {
    fn can_be_put_back(&self) -> bool {
        !matches!(self.step, Step::Run { read: None, .. })
    }

    fn change(&self) -> Change {
        let after = match self.step {
            Step::Registry { value, .. } => shown(value.as_ref()),
            Step::File { text, .. } => text.clone(),
            Step::Run { done, .. } => done.first().cloned().unwrap_or_default(),
            Step::RuleGroup { .. } => String::new(),
        };
        Change { what: what(self.step), before: shown(self.before.as_ref()), after }
    }
}

/// How every step stands, after everything that must be so was looked at.
fn look<'a>(remedy: &'a Remedy, hand: &dyn Hand) -> Result<Vec<Found<'a>>, RemedyError> {
    if remedy.system != hand.system() {
        return Err(RemedyError::OtherSystem);
    }
    for Require { read, one_of, otherwise } in &remedy.require {
        let state = state(read, hand).map_err(RemedyError::Look)?;
        if !one_of.contains(&state) {
            return Err(RemedyError::Required(otherwise.clone()));
        }
    }
    let found = |(place, step)| {
        let before = now_of(step, hand).map_err(RemedyError::Look)?;
        let needed = needed(step, before.as_ref())?;
        Ok(Found { place, step, before, needed })
    };
    let mut all: Vec<Found<'_>> = remedy.steps.iter().enumerate().map(found).collect::<Result<_, _>>()?;
    // What is only run (to check, to reload) is for what the others change.
    let changes = |one: &Found<'_>| one.can_be_put_back();
    if all.iter().any(changes) && !all.iter().any(|one| changes(one) && one.needed) {
        all.iter_mut().for_each(|one| one.needed = false);
    }
    Ok(all)
}

fn needed(step: &Step, before: Option<&Value>) -> Result<bool, RemedyError> {
    match step {
        Step::Registry { value, fine, .. } => {
            Ok(before != value.as_ref() && !fine.contains(&step::state_of(before)))
        }
        Step::File { text, .. } => Ok(!matches!(before, Some(Value::Text(found)) if found == text)),
        Step::Run { read: None, .. } => Ok(true),
        Step::Run { done, undo, .. } => {
            let state = step::state_of(before);
            if done.contains(&state) {
                return Ok(false);
            }
            // A state nobody thought of: to change it could be to break it.
            let known = step::arguments_for(undo, &state).is_some();
            known.then_some(true).ok_or_else(|| RemedyError::Required(unknown_state(&what(step), &state)))
        }
        Step::RuleGroup { .. } => Ok(!matches!(before, Some(Value::Text(ids)) if ids.is_empty())),
    }
}

fn unknown_state(what: &str, state: &str) -> Text {
    Text {
        ja: format!(
            "今の状態({state})からの戻し方がわからないため、何も変更していません({what})。管理者に相談してください。"
        ),
        en: format!(
            "Nothing was changed: it is not known how to put back the present state ({state}) of {what}. Ask your administrator."
        ),
    }
}

/// How the thing a step changes stands now.
fn now_of(step: &Step, hand: &dyn Hand) -> Result<Option<Value>, HandError> {
    match step {
        Step::Registry { path, name, .. } => hand.value(path, name),
        Step::File { path, .. } => Ok(hand.file(path)?.map(Value::Text)),
        Step::Run { read, .. } => read.as_ref().map(|read| state(read, hand).map(Value::Text)).transpose(),
        Step::RuleGroup { group } => Ok(Some(Value::Text(active(group, hand)?.join("\n")))),
    }
}

/// Does a step and looks whether it holds.
fn perform(found: &Found<'_>, hand: &dyn Hand) -> Result<Option<Value>, HandError> {
    match found.step {
        Step::Registry { path, name, value: Some(value), .. } => hand.set(path, name, value)?,
        Step::Registry { path, name, value: None, .. } => hand.remove(path, name)?,
        Step::File { path, text } => hand.write(path, Some(text))?,
        Step::Run { program, arguments, start: true, .. } => hand.start(*program, arguments)?,
        Step::Run { program, arguments, .. } => run(hand, *program, arguments)?,
        Step::RuleGroup { group } => turn(hand, &active(group, hand)?, false)?,
    }
    let after = now_of(found.step, hand)?;
    let holds = needed(found.step, after.as_ref()).is_ok_and(|needed| !needed)
        || matches!(found.step, Step::Run { read: None, .. });
    if holds {
        return Ok(after);
    }
    Err(HandError {
        what: what(found.step),
        why: Why::Failed,
        detail: format!("done, but it is still `{}`", shown(after.as_ref())),
    })
}

/// Puts steps back in reverse, then runs what must run after that.
fn put_back(remedy: &Remedy, kept: &[Kept], hand: &dyn Hand) -> Result<(), HandError> {
    let mut first_failure = None;
    for kept in kept.iter().rev() {
        if let Some(step) = remedy.steps.get(kept.step)
            && let Err(error) = put_step_back(step, kept.before.as_ref(), hand)
        {
            first_failure.get_or_insert(error);
        }
    }
    if !kept.is_empty() {
        for step in &remedy.steps {
            if let Step::Run { program, arguments, after_undo: true, .. } = step
                && let Err(error) = run(hand, *program, arguments)
            {
                first_failure.get_or_insert(error);
            }
        }
    }
    first_failure.map_or(Ok(()), Err)
}

fn put_step_back(step: &Step, before: Option<&Value>, hand: &dyn Hand) -> Result<(), HandError> {
    match step {
        Step::Registry { path, name, .. } => match before {
            Some(value) => hand.set(path, name, value),
            None => hand.remove(path, name),
        },
        Step::File { path, .. } => match before {
            Some(Value::Text(text)) => hand.write(path, Some(text)),
            _ => hand.write(path, None),
        },
        Step::Run { read: None, .. } => Ok(()),
        Step::Run { program, undo, .. } => {
            let state = step::state_of(before);
            let arguments = step::arguments_for(undo, &state).ok_or_else(|| HandError {
                what: what(step),
                why: Why::Failed,
                detail: format!("no way back to `{state}`"),
            })?;
            run(hand, *program, &arguments)
        }
        Step::RuleGroup { .. } => {
            let ids = before.map(Value::state).unwrap_or_default();
            turn(hand, &ids.lines().map(str::to_owned).collect::<Vec<_>>(), true)
        }
    }
}

/// Runs a program that must end well.
fn run(hand: &dyn Hand, program: Program, arguments: &[String]) -> Result<(), HandError> {
    let answer = hand.run(program, arguments)?;
    // 3010: done, takes effect after a restart.
    if matches!(answer.code, Some(0 | 3010)) {
        return Ok(());
    }
    Err(ended_badly(program, arguments, &answer))
}

fn ended_badly(program: Program, arguments: &[String], answer: &crate::Answer) -> HandError {
    let said = |text: &str| text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    let said = said(&answer.err).or_else(|| said(&answer.out)).unwrap_or_default();
    let code = answer.code.map_or_else(|| "ended".to_owned(), |code| format!("exit {code}"));
    // 5 and 740: access denied, elevation required. 87 of dism and 1 of the others say nothing of the kind.
    let refused = ["denied", "root", "elevat", "permission"];
    let lower = said.to_ascii_lowercase();
    let denied = matches!(answer.code, Some(5 | 740)) || refused.iter().any(|word| lower.contains(word));
    HandError {
        what: command(program, arguments),
        why: if denied { Why::Denied } else { Why::Failed },
        detail: format!("{code}: {}", said.chars().take(300).collect::<String>()),
    }
}

/// A reading as a state.
fn state(read: &Read, hand: &dyn Hand) -> Result<String, HandError> {
    match read {
        Read::Registry { path, name } => Ok(step::state_of(hand.value(path, name)?.as_ref())),
        Read::Exit { program, arguments } => {
            let answer = hand.run(*program, arguments)?;
            answer.code.map(|code| code.to_string()).ok_or_else(|| ended_badly(*program, arguments, &answer))
        }
        Read::Run { program, arguments, states, failing } => {
            let answer = hand.run(*program, arguments)?;
            let state = match answer.code {
                Some(0) => first_of(states, &answer.out),
                Some(code) => failing.get(&code.to_string()).cloned(),
                None => None,
            };
            state.ok_or_else(|| ended_badly(*program, arguments, &answer))
        }
        Read::File { path, states } => Ok(match hand.file(path)? {
            None => step::ABSENT.to_owned(),
            Some(text) => first_of(states, &text).unwrap_or_else(|| "other".to_owned()),
        }),
    }
}

fn first_of(states: &[(String, String)], text: &str) -> Option<String> {
    states.iter().find(|(words, _)| text.contains(words.as_str())).map(|(_, state)| state.clone())
}

/// Ids of a group's local rules that are on, in order.
fn active(group: &str, hand: &dyn Hand) -> Result<Vec<String>, HandError> {
    let rules = hand.values(RULES)?;
    let mark = format!("EmbedCtxt={group}");
    let mut ids: Vec<String> = rules
        .into_iter()
        .filter(|(id, rule)| {
            let Value::Text(rule) = rule else { return false };
            let has = |field: &str| rule.split('|').any(|one| one.eq_ignore_ascii_case(field));
            step::is_rule_id(id) && has("Active=TRUE") && has(&mark)
        })
        .map(|(id, _)| id)
        .collect();
    ids.sort_unstable();
    Ok(ids)
}

/// Turns firewall rules on or off by their ids.
fn turn(hand: &dyn Hand, ids: &[String], on: bool) -> Result<(), HandError> {
    if ids.is_empty() {
        return Ok(());
    }
    if let Some(odd) = ids.iter().find(|id| !step::is_rule_id(id)) {
        let what = "firewall rules".to_owned();
        return Err(HandError { what, why: Why::Failed, detail: format!("`{odd}` is no rule's id") });
    }
    let verb = if on { "Enable" } else { "Disable" };
    let names = ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(",");
    let command = format!("{verb}-NetFirewallRule -Name {names} -ErrorAction Stop");
    let arguments = ["-NoProfile", "-NonInteractive", "-Command", &command].map(str::to_owned);
    run(hand, Program::Powershell, &arguments)
}

/// What a step changes, to show.
fn what(step: &Step) -> String {
    match step {
        Step::Registry { path, name, .. } => format!(r"HKLM\{path}\{name}"),
        Step::File { path, .. } => path.clone(),
        Step::Run { program, arguments, .. } => command(*program, arguments),
        Step::RuleGroup { group } => format!("NetFirewallRule {group}"),
    }
}

fn command(program: Program, arguments: &[String]) -> String {
    let quoted =
        arguments.iter().map(|one| if one.contains(' ') { format!("\"{one}\"") } else { one.clone() });
    std::iter::once(program.name().to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}

fn shown(value: Option<&Value>) -> String {
    value.map(Value::state).unwrap_or_default()
}

#[cfg(test)]
mod tests;
