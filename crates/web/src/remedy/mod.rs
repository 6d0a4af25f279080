//! How to mend what is at fault: a page in plain words for the person in front of the PC, and scripts.

pub(crate) mod show;
