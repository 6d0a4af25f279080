//! Every route and who may use it: the one table. The router is made from it, so nothing can be reached that is not in
//! it.

use app::Action;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};

pub use crate::gate::Access;
use crate::{
    Web, account, agent, asset, attachment, audit, catalog, checklist, collection, company, credential,
    crosswalk, directory, evidence, form, gate, health, home, invitation, leaving, lending, my, overview,
    peer, person, plan, product, profile, readiness, remedy, report, review, risk, setup, statement,
    static_file, subject, upgrade, vpn, waiver,
};

/// A route.
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: MethodRouter<Web>,
}

fn read<H: Handler<T, Web>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { method: "GET", path, access, handler: get(handler) }
}

fn write<H: Handler<T, Web>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    let handler = post(handler).layer(DefaultBodyLimit::max(form::FORM_MAX_BYTES));
    Route { method: "POST", path, access, handler }
}

/// A form or file larger than usual.
fn wide<H: Handler<T, Web>, T: 'static>(
    path: &'static str,
    access: Access,
    handler: H,
    max_bytes: usize,
) -> Route {
    let handler = post(handler).layer(DefaultBodyLimit::max(max_bytes));
    Route { method: "POST", path, access, handler }
}

/// Every route.
#[must_use]
pub fn table() -> Vec<Route> {
    use Access::{May, Open, Setup};
    use Action::*;
    vec![
        read("/healthz", Open, health::show),
        read(static_file::STYLE_PATH, Open, static_file::style),
        read(static_file::GRID_PATH, Open, static_file::grid),
        read(static_file::REPORT_STYLE_PATH, Open, static_file::report_style),
        read("/favicon.svg", Open, static_file::icon),
        read("/setup", Setup, setup::show),
        write("/setup", Setup, setup::finish),
        read("/login", Open, account::sign_in::form),
        write("/login", Open, account::sign_in::sign_in),
        write("/logout", Open, account::sign_in::sign_out),
        write("/lang", Open, account::lang::choose),
        read("/i/{token}", Open, invitation::show_link),
        write("/i/{token}", Open, invitation::accept),
        write("/invitations", May(InvitationMake), invitation::make),
        read("/my", May(OwnLook), my::page),
        read("/my/home", May(OwnLook), home::show::own),
        wide("/my/home/{part}", May(OwnReport), home::show::save_own, home::FORM_MAX_BYTES),
        read("/my/devices/{id}", May(OwnLook), home::device::own),
        wide("/my/devices/{id}", May(OwnReport), home::device::save_own, home::FORM_MAX_BYTES),
        write("/my/devices/{id}/about", May(OwnReport), home::device::describe_own),
        write("/my/devices/{id}/remove", May(OwnReport), home::device::remove_own),
        read("/my/pcs/{id}/peers", May(OwnLook), peer::own),
        write("/my/pcs/{id}/peers", May(OwnReport), peer::propose),
        read("/my/pcs/{id}/peers/{dialect}", May(OwnLook), peer::script),
        read("/attachments/{id}", May(OwnLook), attachment::file),
        read("/homes", May(Look), home::list::page),
        read("/homes/{person}", May(Look), home::show::of),
        wide("/homes/{person}/{part}", May(HomeSave), home::show::save_of, home::FORM_MAX_BYTES),
        read("/homes/{person}/devices/{id}", May(Look), home::device::of),
        wide("/homes/{person}/devices/{id}", May(HomeSave), home::device::save_of, home::FORM_MAX_BYTES),
        write("/homes/{person}/devices/{id}/about", May(HomeSave), home::device::describe_of),
        write("/homes/{person}/devices/{id}/remove", May(HomeSave), home::device::remove_of),
        read("/subjects/device/{id}/peers", May(Look), peer::of),
        write("/subjects/device/{id}/peers", May(PeerSave), peer::save),
        read("/subjects/device/{id}/peers/{dialect}", May(Look), peer::script),
        read("/", May(Look), overview::page),
        read("/checklist", May(Look), checklist::list::page),
        read("/checklist/print", May(Look), checklist::list::print),
        read("/checklist/export.xlsx", May(Look), checklist::export::xlsx),
        read("/checklist/edit", May(Look), checklist::edit::page),
        wide("/checklist/edit", May(DecisionSave), checklist::edit::save, checklist::edit::FORM_MAX_BYTES),
        read("/checklist/import", May(Look), checklist::take::choose),
        wide("/checklist/import", May(DecisionSave), checklist::take::read, evidence::UPLOAD_MAX_BYTES),
        write("/checklist/import/apply", May(DecisionSave), checklist::take::apply),
        read("/checklist/check", May(Look), checklist::check::page),
        read("/checklist/{no}", May(Look), checklist::show::page),
        write("/checklist/{no}", May(DecisionSave), checklist::show::save),
        read("/plan", May(Look), plan::page),
        read("/risk", May(Look), risk::page),
        write("/risk/plan", May(DecisionSave), risk::plan::take),
        read("/assets", May(Look), asset::list::page),
        write("/assets", May(AssetSave), asset::show::create),
        read("/assets/new", May(Look), asset::show::fresh),
        read("/assets/system", May(Look), asset::system::page),
        write("/assets/system", May(AssetSave), asset::system::save),
        read("/assets/export.xlsx", May(Look), asset::exchange::xlsx),
        read("/assets/export.csv", May(Look), asset::exchange::csv),
        read("/assets/import", May(Look), asset::exchange::page),
        wide("/assets/import", May(AssetSave), asset::exchange::preview, asset::exchange::UPLOAD_MAX_BYTES),
        write("/assets/import/apply", May(AssetSave), asset::exchange::apply),
        read("/assets/{id}", May(Look), asset::show::page),
        write("/assets/{id}", May(AssetSave), asset::show::save),
        write("/assets/{id}/remove", May(AssetSave), asset::show::remove),
        read("/subjects/{kind}", May(Look), subject::list::page),
        read("/subjects/{kind}/{id}", May(Look), subject::show::page),
        write("/subjects/{kind}/{id}/retire", May(SubjectRetire), subject::retire::retire),
        read("/collection", Open, collection::page),
        read("/collect.ps1", May(Look), collection::script),
        read("/lendings", May(Look), lending::list::page),
        read("/lendings/{id}", May(Look), lending::end::list),
        write("/lendings/{id}/task", May(LendingSave), lending::end::task),
        read("/lendings/{id}/sheet", May(Look), lending::own::sheet),
        read("/my/lendings/{id}", May(OwnLook), lending::own::page),
        write("/my/lendings/{id}", May(OwnReport), lending::own::sign),
        read("/subjects/device/{id}/lending", May(Look), lending::show::page),
        write("/subjects/device/{id}/lending", May(LendingSave), lending::show::save),
        write("/subjects/device/{id}/lending/act", May(LendingSave), lending::show::act),
        read("/subjects/device/{id}/lending/end", May(Look), lending::end::page),
        write("/subjects/device/{id}/lending/end", May(LendingSave), lending::end::save),
        read("/subjects/device/{id}/approvals", May(Look), lending::approval::page),
        write("/subjects/device/{id}/approvals", May(ApprovalSave), lending::approval::save),
        write("/subjects/device/{id}/approvals/end", May(ApprovalSave), lending::approval::end),
        read("/subjects/device/{id}/records", May(Look), lending::record::page),
        write("/subjects/device/{id}/records", May(PcRecordSave), lending::record::save),
        write("/subjects/device/{id}/records/password", May(PcRecordSave), lending::record::password),
        read("/subjects/device/{id}/recovery-keys", May(Look), lending::key::page),
        write("/subjects/device/{id}/recovery-keys", May(RecoveryKeySave), lending::key::save),
        write("/subjects/device/{id}/recovery-keys/drop", May(RecoveryKeySave), lending::key::drop_key),
        read("/recovery-keys", May(Look), lending::key::list),
        write("/recovery-keys/escrow", May(EscrowSave), lending::escrow::set),
        read("/recovery-keys/{id}/open", May(EscrowOpen), lending::escrow::ask),
        write("/recovery-keys/{id}/open", May(EscrowOpen), lending::escrow::open),
        read("/evidence/{id}", May(Look), evidence::show),
        wide("/evidence", May(EvidenceReceive), evidence::receive, evidence::UPLOAD_MAX_BYTES),
        read("/agents", May(Look), agent::list::page),
        read("/agents/enrol", May(Look), agent::enrol::page),
        write("/agents/enrol", May(AgentEnrol), agent::enrol::make),
        write("/agents/codes/{id}/close", May(AgentEnrol), agent::enrol::close),
        write("/agents/{key}/revoke", May(AgentRevoke), agent::revoke::revoke),
        read("/directories", May(Look), directory::list::page),
        read("/directories/new", May(Look), directory::show::fresh),
        wide("/directories", May(DirectorySave), directory::show::create, directory::FORM_MAX_BYTES),
        read("/directories/{id}", May(Look), directory::show::page),
        wide("/directories/{id}", May(DirectorySave), directory::show::save, directory::FORM_MAX_BYTES),
        write("/directories/{id}/read", May(DirectoryRead), directory::show::read),
        write("/directories/{id}/password/drop", May(SecretDrop), directory::show::drop_password),
        write("/directories/{id}/remove", May(DirectorySave), directory::show::remove),
        read("/directories/{id}/facts", May(Look), directory::facts::page),
        read("/directories/{id}/policy", May(Look), directory::policy::page),
        write("/directories/{id}/policy", May(DirectoryPackage), directory::policy::package),
        read("/crosswalk", May(Look), crosswalk::list),
        read("/crosswalk/{id}", May(Look), crosswalk::page),
        read("/crosswalk/{id}/export.xlsx", May(Look), crosswalk::xlsx),
        read("/crosswalk/{id}/export.csv", May(Look), crosswalk::csv),
        read("/products", May(Look), product::list::page),
        read("/products/own/{id}", May(Look), product::show::page),
        write("/products/own/{id}", May(ProductSave), product::show::save),
        write("/products/own/{id}/remove", May(ProductSave), product::show::remove),
        read("/readiness", May(Look), readiness::list::show),
        read("/readiness/start", May(Look), readiness::list::start),
        read("/readiness/export.xlsx", May(Look), readiness::list::xlsx),
        read("/readiness/{part}/{about}", May(Look), readiness::answer::page),
        write("/readiness/{part}/{about}", May(ReadinessSave), readiness::answer::save),
        write("/readiness/{part}/{about}/remove", May(ReadinessSave), readiness::answer::remove),
        read("/measures/{id}", May(Look), readiness::measure::page),
        write("/measures/{id}", May(ReadinessSave), readiness::measure::save),
        read("/policies", May(Look), statement::list),
        read("/statements/{id}", May(Look), statement::page),
        read("/remedies/{id}", May(OwnLook), remedy::show::page),
        read("/remedies/{id}/script", May(OwnLook), remedy::show::script),
        read("/catalog/export/{format}", May(Look), catalog::export),
        read("/waivers", May(Look), waiver::list),
        write("/waivers", May(WaiverGrant), waiver::grant),
        write("/waivers/{id}/end", May(WaiverEnd), waiver::end),
        read("/profiles", May(Look), profile::list::page),
        write("/profiles", May(ProfileSave), profile::list::derive),
        wide("/profiles/import", May(ProfileSave), profile::import::take, profile::import::UPLOAD_MAX_BYTES),
        read("/profiles/difference", May(Look), profile::difference::page),
        read("/profiles/{id}", May(Look), profile::show::page),
        write("/profiles/{id}", May(ProfileSave), profile::show::describe),
        write("/profiles/{id}/remove", May(ProfileSave), profile::show::remove),
        read("/profiles/{id}/export/{format}", May(Look), profile::export::file),
        read("/profiles/{id}/preview", May(Look), profile::preview::page),
        write("/profiles/{id}/use", May(CompanySave), profile::preview::take),
        read("/profiles/{id}/statements", May(Look), profile::statement::list),
        read("/profiles/{id}/statements/{statement}", May(Look), profile::statement::page),
        write("/profiles/{id}/statements/{statement}", May(ProfileSave), profile::statement::save),
        read("/profiles/{id}/own", May(Look), profile::own::new),
        write("/profiles/{id}/own", May(ProfileSave), profile::own::add),
        read("/profiles/{id}/own/{statement}", May(Look), profile::own::page),
        write("/profiles/{id}/own/{statement}", May(ProfileSave), profile::own::save),
        write("/profiles/{id}/try", May(ProfileSave), profile::trial::run),
        read("/profiles/{id}/threats", May(Look), profile::threat::new),
        write("/profiles/{id}/threats", May(ProfileSave), profile::threat::add),
        read("/profiles/{id}/threats/{threat}", May(Look), profile::threat::page),
        write("/profiles/{id}/threats/{threat}", May(ProfileSave), profile::threat::save),
        read("/profiles/{id}/rows", May(Look), profile::row::new),
        write("/profiles/{id}/rows", May(ProfileSave), profile::row::add),
        read("/profiles/{id}/rows/{no}", May(Look), profile::row::page),
        write("/profiles/{id}/rows/{no}", May(ProfileSave), profile::row::save),
        read("/upgrade", May(Look), upgrade::page),
        write("/upgrade", May(CatalogueMove), upgrade::take),
        read("/reports", May(Look), report::list::list),
        write("/reports", May(ReportMake), report::list::make),
        wide("/reports/check", May(Look), report::list::check, report::list::CHECK_MAX_BYTES),
        read("/reports/preview/{kind}", May(Look), report::list::preview),
        read("/reports/{id}", May(Look), report::list::file),
        read("/company", May(Look), company::show),
        write("/company", May(CompanySave), company::save),
        read("/accounts", May(Look), account::list::show),
        write("/accounts", May(AccountCreate), account::list::create),
        write("/accounts/{login}/disable", May(AccountDisable), account::list::disable),
        read("/account", May(OwnLook), account::own::show),
        write("/account/password", May(PasswordChange), account::own::change_password),
        write("/account/lang", May(LangChange), account::lang::keep),
        read("/audit", May(Look), audit::list),
        read("/people", May(Look), person::list::page),
        write("/people", May(PersonSave), person::show::create),
        read("/people/new", May(Look), person::show::fresh),
        read("/people/export.csv", May(Look), person::list::csv),
        read("/people/import", May(Look), person::exchange::page),
        wide(
            "/people/import",
            May(PersonSave),
            person::exchange::preview,
            person::exchange::UPLOAD_MAX_BYTES,
        ),
        wide(
            "/people/import/apply",
            May(PersonSave),
            person::exchange::apply,
            person::directory::FORM_MAX_BYTES,
        ),
        read("/people/directory", May(Look), person::directory::page),
        wide(
            "/people/directory",
            May(PersonSave),
            person::directory::take,
            person::directory::FORM_MAX_BYTES,
        ),
        read("/people/{id}", May(Look), person::show::page),
        write("/people/{id}", May(PersonSave), person::show::save),
        write("/people/{id}/remove", May(SubjectRetire), person::show::remove),
        read("/people/{id}/leaving", May(Look), leaving::show::page),
        write("/people/{id}/leaving", May(PersonSave), leaving::show::act),
        read("/leaving", May(Look), leaving::list::page),
        read("/reviews", May(Look), review::list::page),
        read("/reviews/{what}/{kind}/{id}", May(Look), review::show::page),
        wide(
            "/reviews/{what}/{kind}/{id}",
            May(ReviewSign),
            review::show::sign,
            review::show::FORM_MAX_BYTES,
        ),
        read("/vpns", May(Look), vpn::list::page),
        write("/vpns", May(VpnSave), vpn::list::create),
        read("/vpns/new", May(Look), vpn::list::fresh),
        read("/vpns/{id}", May(Look), vpn::show::page),
        write("/vpns/{id}/{part}", May(VpnSave), vpn::show::save),
        read("/vpns/{id}/evidence", May(Look), vpn::evidence::page),
        wide(
            "/vpns/{id}/evidence",
            May(EvidenceReceive),
            vpn::evidence::receive,
            vpn::evidence::UPLOAD_MAX_BYTES,
        ),
        read("/vpns/{id}/accounts", May(Look), vpn::account::page),
        write("/vpns/{id}/accounts", May(VpnSave), vpn::account::assign),
        read("/vpns/{id}/findings", May(Look), vpn::finding::page),
        read("/credentials", May(Look), credential::list::page),
        read("/credentials/{kind}", May(Look), credential::show::page),
        write("/credentials/{kind}", May(VpnSave), credential::show::save),
    ]
}

/// The router of all routes.
pub fn router(web: Web) -> Router {
    let mut router = Router::new();
    for route in table() {
        let state = (web.clone(), route.access);
        let handler = route.handler.layer(middleware::from_fn_with_state(state, gate::gate));
        router = router.route(route.path, handler);
    }
    let lost =
        get(health::lost).layer(middleware::from_fn_with_state((web.clone(), Access::Open), gate::gate));
    router
        .fallback_service(lost.with_state(web.clone()))
        .layer(middleware::from_fn(gate::harden))
        .with_state(web)
}
