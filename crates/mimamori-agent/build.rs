//! Gives the Windows program its version resource and manifest: what Windows, Intune and antivirus show and ask.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=agent.rc");
    println!("cargo::rerun-if-changed=agent.manifest");
    if std::env::var_os("CARGO_CFG_WINDOWS").is_none() {
        return Ok(());
    }
    let part = |name: &str| std::env::var(format!("CARGO_PKG_VERSION_{name}"));
    let (major, minor, patch) = (part("MAJOR")?, part("MINOR")?, part("PATCH")?);
    let text = std::fs::read_to_string("agent.rc")?
        .replace("@NUMBERS@", &format!("{major},{minor},{patch},0"))
        .replace("@VERSION@", &format!("{major}.{minor}.{patch}"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR")?);
    let manifest = std::fs::canonicalize("agent.manifest")?;
    std::fs::copy(manifest, out.join("agent.manifest"))?;
    let rc = out.join("agent.rc");
    std::fs::write(&rc, text)?;
    embed_resource::compile(&rc, embed_resource::NONE).manifest_required()?;
    Ok(())
}
