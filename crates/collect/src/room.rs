//! Free room on a disk, in steps. It differs at every look and is judged by nobody to the byte; in steps of a twentieth of
//! the disk it is steady, and a report of a PC on which nothing happened costs its header alone.

/// Parts of a disk in which its free room is told.
const STEPS: i64 = 20;

/// Free bytes of a disk of that many bytes, rounded down to a whole step; as they are where the size is not known.
pub(crate) fn in_steps(free_bytes: Option<i64>, size_bytes: Option<i64>) -> Option<i64> {
    let (Some(free), Some(size)) = (free_bytes, size_bytes) else { return free_bytes };
    let step = (size / STEPS).max(1);
    Some(free / step * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_room_is_told_in_steps() {
        let check = |size: Option<i64>, free: i64, expected: i64| {
            assert_eq!(in_steps(Some(free), size), Some(expected));
        };
        check(Some(1000), 999, 950);
        check(Some(1000), 49, 0);
        check(Some(3), 2, 2);
        check(None, 7, 7);
        check(Some(-5), 7, 7);
        assert_eq!(in_steps(None, Some(1000)), None);
    }
}
