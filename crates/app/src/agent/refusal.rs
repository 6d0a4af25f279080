//! What an agent's user and the administrator read when a message is refused: what is wrong, and what to do.

use model::Text;
use model::agent::Refusal;

/// The words for a refusal.
pub(super) fn says(refusal: Refusal) -> Text {
    let (ja, en) = match refusal {
        Refusal::Code => (
            "登録コードが正しくないか、使用済み、または期限切れです。入力を確かめ、管理者に新しいコードを発行してもらってください。",
            "The enrolment code is wrong, used up or over. Check what was typed, and ask the administrator for a new one.",
        ),
        Refusal::NameTaken => (
            "この名前の機器は、別の機器として登録されているか、登録が取り消されているか、すでに記録があります。複数台用の登録コードでは登録できません。管理者に、このパソコン専用の登録コードを発行してもらってください。",
            "This name belongs to another machine, or its agent was revoked, or there are records of it already. A code for many PCs does not do: ask the administrator for a code for this PC.",
        ),
        Refusal::Unknown => (
            "サーバーはこのエージェントを知りません。登録コードで登録し直してください。",
            "The server does not know this agent. Enrol it again with a code.",
        ),
        Refusal::Revoked => (
            "このエージェントの登録は取り消されています。以後の報告は受け付けません。使い続ける場合は、新しいコードで登録し直してください。",
            "This agent was revoked. Nothing more is taken from it. To go on, enrol it again with a new code.",
        ),
        Refusal::Signature => (
            "送られた内容の署名を確認できませんでした。途中で書き換えられたか、別の鍵で署名されています。",
            "The signature does not fit what was sent. It was changed on the way, or signed with another key.",
        ),
        Refusal::Count => (
            "すでに受け取った番号のメッセージです。控えの番号より大きい番号で送り直してください。続く場合は、パソコンが複製されていないか管理者に確認してください。",
            "A message with this number was taken before. Go on above the number given here. If it happens again, ask the administrator whether the PC was copied.",
        ),
        Refusal::Clock => (
            "情報の日時が未来になっています。パソコンの時計を合わせ、サーバーの時刻で日付を付け直して送ってください。",
            "The facts are dated in the future. Set the PC's clock, and date them by the server's time.",
        ),
        Refusal::Document => ("送られた内容を読み取れませんでした。", "What was sent cannot be read."),
        Refusal::Busy => (
            "短い時間に多くの通信がありました。しばらく待ってから送り直してください。",
            "Too many messages in a short time. Send it again later.",
        ),
    };
    Text::new(ja, en)
}

/// The words for an agent that sent more than the server keeps of one in a day.
pub(super) fn too_much() -> Text {
    Text::new(
        "このパソコンから1日に受け取れる量(20MiB)を超えました。明日以降に自動で送り直されます。続く場合は、管理者に確認してください。",
        "More came from this PC than is taken in a day (20 MiB). It is sent again from tomorrow on by itself. If it goes on, ask the administrator.",
    )
}

/// The words for a document that does not fit, with what a reader of it said.
pub(super) fn unfit(problem: &str) -> Text {
    let problem: String = problem.chars().take(300).collect();
    let base = says(Refusal::Document);
    Text::new(format!("{}({problem})", base.ja), format!("{} ({problem})", base.en))
}
