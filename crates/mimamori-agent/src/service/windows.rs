//! A Windows service under LocalSystem, as most facts may be read by it alone (Microsoft, "Service Programs"). The
//! program is copied to Program Files, where users cannot write.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use windows_service::service::{
    ServiceAccess, ServiceAction, ServiceActionType, ServiceControl, ServiceControlAccept,
    ServiceErrorControl, ServiceExitCode, ServiceFailureActions, ServiceFailureResetPeriod, ServiceInfo,
    ServiceStartType, ServiceState, ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{define_windows_service, service_dispatcher};

use super::{DESCRIPTION, TITLE};
use crate::Problem;
use crate::run::Signal;

const NAME: &str = "MimamoriAgent";
/// What Windows says where a service is not there, or runs already ("System Error Codes", 1056 and 1060).
const RUNS_ALREADY: i32 = 1056;
const NOT_THERE: i32 = 1060;
/// How often, with half a second between, is looked whether a service has stopped.
const LOOKS_MAX: u32 = 60;

fn failed(error: windows_service::Error) -> Problem {
    Problem::Service(match error {
        windows_service::Error::Winapi(error) => error.to_string(),
        other => other.to_string(),
    })
}

fn code(error: &windows_service::Error) -> Option<i32> {
    match error {
        windows_service::Error::Winapi(error) => error.raw_os_error(),
        _ => None,
    }
}

fn home() -> PathBuf {
    let files =
        std::env::var_os("ProgramFiles").map_or_else(|| PathBuf::from(r"C:\Program Files"), PathBuf::from);
    files.join("Mimamori")
}

/// Puts the program in its place, registers the service and starts it. Over an older one: an update.
pub(crate) fn install() -> Result<(), Problem> {
    let access = ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE;
    let manager = ServiceManager::local_computer(None::<&str>, access).map_err(failed)?;
    stop(&manager)?;
    let program = place_program()?;
    let info = ServiceInfo {
        name: NAME.into(),
        display_name: TITLE.into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: program,
        launch_arguments: vec!["run".into(), "--service".into()],
        dependencies: Vec::new(),
        account_name: None,
        account_password: None,
    };
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::START | ServiceAccess::QUERY_STATUS;
    let service = match manager.open_service(NAME, access) {
        Ok(service) => {
            service.change_config(&info).map_err(failed)?;
            service
        }
        Err(error) if code(&error) == Some(NOT_THERE) => {
            manager.create_service(&info, access).map_err(failed)?
        }
        Err(error) => return Err(failed(error)),
    };
    // These make it nicer; the service does without them.
    let _ = service.set_description(DESCRIPTION);
    let _ = service.update_failure_actions(ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(Duration::from_secs(86_400)),
        reboot_msg: None,
        command: None,
        actions: Some(vec![ServiceAction {
            action_type: ServiceActionType::Restart,
            delay: Duration::from_secs(60),
        }]),
    });
    match service.start::<OsString>(&[]) {
        Err(error) if code(&error) != Some(RUNS_ALREADY) => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Stops the service, unregisters it, and removes the program (now, or as soon as it is not in use).
pub(crate) fn uninstall() -> Result<(), Problem> {
    let manager =
        ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).map_err(failed)?;
    stop(&manager)?;
    match manager.open_service(NAME, ServiceAccess::DELETE) {
        Ok(service) => service.delete().map_err(failed)?,
        Err(error) if code(&error) == Some(NOT_THERE) => {}
        Err(error) => return Err(failed(error)),
    }
    let program = home().join("mimamori-agent.exe");
    // A program cannot remove itself while it runs; it is told in the documentation.
    match std::fs::remove_file(&program) {
        Err(error) if error.kind() != io::ErrorKind::NotFound && !runs_from(&program) => {
            Err(Problem::file(&program, error))
        }
        _ => Ok(()),
    }
}

fn runs_from(program: &Path) -> bool {
    std::env::current_exe().is_ok_and(|own| own == program)
}

fn stop(manager: &ServiceManager) -> Result<(), Problem> {
    let service = match manager.open_service(NAME, ServiceAccess::STOP | ServiceAccess::QUERY_STATUS) {
        Ok(service) => service,
        Err(error) if code(&error) == Some(NOT_THERE) => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    // Not running, or stopping already: looked at below.
    let _ = service.stop();
    for _ in 0..LOOKS_MAX {
        if service.query_status().map_err(failed)?.current_state == ServiceState::Stopped {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(500));
    }
    Err(Problem::Service(format!("{TITLE}: not stopped within 30 s")))
}

fn place_program() -> Result<PathBuf, Problem> {
    let home = home();
    let target = home.join("mimamori-agent.exe");
    if runs_from(&target) {
        return Ok(target);
    }
    let failed = |error| Problem::file(&target, error);
    std::fs::create_dir_all(&home).map_err(failed)?;
    let bytes = std::env::current_exe().and_then(std::fs::read).map_err(failed)?;
    // The old one may be held for a moment after its service stopped, or by an antivirus that looks at it.
    let mut tries = 0;
    loop {
        match crate::folder::write_whole(&target, &bytes) {
            Ok(()) => return Ok(target),
            Err(_) if tries < 10 => {
                tries += 1;
                thread::sleep(Duration::from_millis(500));
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// What the service does, given before it begins.
type Work = Box<dyn FnOnce(mpsc::SyncSender<Signal>, mpsc::Receiver<Signal>) + Send>;

static WORK: Mutex<Option<Work>> = Mutex::new(None);

/// Hands this process to Windows as a service; returns when the service has ended.
pub(crate) fn dispatch(work: Work) -> Result<(), Problem> {
    if let Ok(mut place) = WORK.lock() {
        *place = Some(work);
    }
    service_dispatcher::start(NAME, ffi_service_main).map_err(failed)
}

define_windows_service!(ffi_service_main, service_main);

fn service_main(_: Vec<OsString>) {
    let Some(work) = WORK.lock().ok().and_then(|mut place| place.take()) else { return };
    let (tell, told) = crate::run::line();
    let stop = tell.clone();
    let handled = service_control_handler::register(NAME, move |control| match control {
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        ServiceControl::Stop | ServiceControl::Shutdown => {
            // It has ended already when nobody listens.
            let _ = stop.send(Signal::Stop);
            ServiceControlHandlerResult::NoError
        }
        _ => ServiceControlHandlerResult::NotImplemented,
    });
    // Without a handle nothing can be said to Windows, which then ends the service by itself.
    let Ok(handle) = handled else { return };
    let say = |current_state, controls_accepted| {
        let _ = handle.set_service_status(ServiceStatus {
            service_type: ServiceType::OWN_PROCESS,
            current_state,
            controls_accepted,
            exit_code: ServiceExitCode::Win32(0),
            checkpoint: 0,
            wait_hint: Duration::default(),
            process_id: None,
        });
    };
    say(ServiceState::Running, ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN);
    work(tell, told);
    say(ServiceState::Stopped, ServiceControlAccept::empty());
}
