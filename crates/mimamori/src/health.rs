//! `mimamori healthcheck`: asks the running server whether it is well.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::config::LISTEN;
use crate::failure::Failure;

/// The longest wait for an answer.
const WAIT: Duration = Duration::from_secs(5);

/// Exit code 0 when the server says it is well, 1 when it says it is not.
pub(crate) fn run(listen: Option<SocketAddr>) -> Result<ExitCode, Failure> {
    let address =
        listen.map_or_else(|| LISTEN.parse().ok(), Some).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8300)));
    let network = |source| Failure::Network {
        address: address.to_string(),
        source,
        hint: "is the server running there? Another address is given with --listen ADDR:PORT",
    };
    let mut stream = TcpStream::connect_timeout(&address, WAIT).map_err(network)?;
    stream.set_read_timeout(Some(WAIT)).map_err(network)?;
    stream.set_write_timeout(Some(WAIT)).map_err(network)?;
    stream
        .write_all(
            format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
        )
        .map_err(network)?;
    let mut answer = String::new();
    stream.take(4_096).read_to_string(&mut answer).map_err(network)?;
    let well = answer.starts_with("HTTP/1.1 200 ");
    println!("{}", if well { "ok" } else { "not well" });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
