//! What the sample company keeps in its list of information assets: four systems, entered from templates, with the gaps of
//! a list that is still being worked on.

use app::asset::{SystemForm, templates};
use model::Lang;

/// A system and how far it was entered.
struct Entered {
    /// How many days ago.
    ago: i64,
    /// The template.
    template: &'static str,
    /// The system's name, in Japanese and in English.
    system: (&'static str, &'static str),
    owner: &'static str,
    touched_by: &'static str,
    /// How what has to be encrypted is encrypted, by the start of the part's name.
    methods: &'static [(&'static str, &'static str)],
}

const ENTERED: [Entered; 4] = [
    Entered {
        ago: 28,
        template: "device",
        system: ("貸与PC", "Lent PCs"),
        owner: "佐藤 美咲",
        touched_by: "PC-001; PC-003; PC-005; PC-009",
        methods: &[("hardware", "BitLocker"), ("os", "パスワード管理ツール"), ("data", "BitLocker")],
    },
    Entered {
        ago: 28,
        template: "server",
        system: ("販売管理システム", "Sales system"),
        owner: "高橋 浩",
        touched_by: "PC-003; PC-004; person/takahashi.hiroshi",
        methods: &[
            ("hardware", "BitLocker"),
            ("os", "パスワード管理ツール"),
            ("system", "パスワード管理ツール"),
            ("data", "AES-256"),
        ],
    },
    Entered {
        ago: 28,
        template: "website",
        system: ("自社Webサイト", "Company web site"),
        owner: "",
        touched_by: "PC-015",
        methods: &[("system", "パスワード管理ツール"), ("network", "パスワード管理ツール")],
    },
    Entered {
        ago: 28,
        template: "contract",
        system: ("受託開発(物流会社)", "Project for a carrier"),
        owner: "鈴木 大地",
        touched_by: "PC-004; PC-008",
        methods: &[],
    },
];

/// The systems entered so many days before the end.
pub(crate) fn entered(ago: i64, lang: Lang) -> Vec<SystemForm> {
    let kinds = templates();
    ENTERED
        .iter()
        .filter(|entered| entered.ago == ago)
        .filter_map(|entered| {
            let template = kinds.iter().find(|template| template.id == entered.template)?;
            let system = if lang == Lang::Ja { entered.system.0 } else { entered.system.1 };
            let mut form = SystemForm::of(template, system, lang);
            form.owner = entered.owner.into();
            form.touched_by = entered.touched_by.into();
            for row in form.rows.iter_mut().filter(|row| row.asset.encryption == "needed") {
                let method = entered.methods.iter().find(|(part, _)| *part == row.asset.part);
                row.asset.method = method.map(|(_, method)| (*method).to_owned()).unwrap_or_default();
            }
            Some(form)
        })
        .collect()
}
