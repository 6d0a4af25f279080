//! What is mounted where, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)).

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// Numbers of the device, `8:1`.
    pub(crate) device: String,
    /// Where.
    pub(crate) point: String,
    /// Kind of file system, `ext4`.
    pub(crate) kind: String,
    /// What, `/dev/sda1` or `//nas/work`.
    pub(crate) source: String,
    /// The file system's options.
    pub(crate) options: String,
}

/// Reads the mounts; lines that do not fit are passed over.
pub(crate) fn parse(mountinfo: &str) -> Vec<Mount> {
    let mount = |line: &str| {
        let (place, system) = line.split_once(" - ")?;
        let (mut place, mut system) = (place.split(' '), system.split(' '));
        Some(Mount {
            device: place.nth(2)?.to_owned(),
            point: unescaped(place.nth(1)?),
            kind: system.next()?.to_owned(),
            source: unescaped(system.next()?),
            options: system.next().unwrap_or_default().to_owned(),
        })
    };
    mountinfo.lines().filter_map(mount).collect()
}

/// Blanks and backslashes are written as three octal digits: `\040`.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(part.get(3..).unwrap_or_default());
            }
            None => {
                out.push('\\');
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts() {
        let mounts = parse(
            "36 35 98:0 /mnt1 /mnt/my\\040disk rw master:1 - ext3 /dev/root rw,errors=continue\nbroken\n",
        );
        let expected = Mount {
            device: "98:0".into(),
            point: "/mnt/my disk".into(),
            kind: "ext3".into(),
            source: "/dev/root".into(),
            options: "rw,errors=continue".into(),
        };
        assert_eq!(mounts, [expected]);
        assert_eq!(unescaped("a\\09\\総務"), "a\\09\\総務");
    }
}
