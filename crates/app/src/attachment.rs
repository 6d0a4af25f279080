//! Proofs people hand in: screenshots and reports. What a camera or a program wrote into a picture beside the picture –
//! place, time, device, author, comments – is taken out before it is kept; the id is that of what is kept.

use img_parts::jpeg::Jpeg;
use img_parts::png::Png;
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF as _};
use model::{Caller, Subject, SubjectKind};
use store::{Attachment, NewAttachment};

use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The largest proof, in bytes.
pub const FILE_MAX_BYTES: usize = 8 * 1024 * 1024;
/// How many proofs one account may hand in within a day.
const FILES_A_DAY_MAX: usize = 60;
/// What of a PNG file makes up the picture (W3C, "Portable Network Graphics", chapter 11); all else is dropped.
const PNG_KEPT: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"];
/// JPEG's markers that hold what was said beside the picture: APP1 to APP13, APP15 and COM. APP0 (JFIF) and APP14
/// (Adobe: the colours' kind) belong to the picture.
const JPEG_DROPPED: [std::ops::RangeInclusive<u8>; 3] = [0xe1..=0xed, 0xef..=0xef, 0xfe..=0xfe];

/// A file as it came.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name, as the browser gives it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A kind of file that is taken, known by its first bytes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// PDF.
    Pdf,
}

impl Media {
    /// The kind of a file.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ => None,
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// The end of a file name.
    #[must_use]
    pub fn ending(media_type: &str) -> &'static str {
        match media_type {
            "image/png" => "png",
            "image/jpeg" => "jpg",
            "image/webp" => "webp",
            _ => "pdf",
        }
    }

    /// The picture alone; a PDF stays as it came. `None` when the file is broken.
    fn cleaned(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let bytes = Bytes::copy_from_slice(bytes);
        match self {
            Self::Png => {
                let mut png = Png::from_bytes(bytes).ok()?;
                png.chunks_mut().retain(|chunk| PNG_KEPT.iter().any(|kind| **kind == chunk.kind()));
                png.chunk_by_type(*b"IHDR")?;
                Some(png.encoder().bytes().to_vec())
            }
            Self::Jpeg => {
                let mut jpeg = Jpeg::from_bytes(bytes).ok()?;
                jpeg.segments_mut().retain(|segment| {
                    !JPEG_DROPPED.iter().any(|markers| markers.contains(&segment.marker()))
                });
                let head: usize = jpeg
                    .segments()
                    .iter()
                    .filter(|segment| !segment.has_entropy())
                    .map(|segment| segment.len())
                    .sum();
                let mut kept = jpeg.encoder().bytes().to_vec();
                // What stands behind the picture's end is a second file: a film, a preview, anything.
                let end = kept.get(head..)?.windows(2).position(|pair| pair == [0xff, 0xd9])?;
                kept.truncate(head + end + 2);
                Some(kept)
            }
            Self::Webp => {
                let mut webp = WebP::from_bytes(bytes).ok()?;
                webp.chunks_mut().retain(|chunk| {
                    [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"].iter().any(|id| **id == chunk.id())
                });
                // Also mends the head, which tells what chunks there are.
                webp.set_exif(None);
                Some(webp.encoder().bytes().to_vec())
            }
            Self::Pdf => Some(bytes.to_vec()),
        }
    }
}

/// A proof of a form: its field, what it proves, and whether its bytes are kept already.
pub(crate) struct Given<'a> {
    pub(crate) field: &'static str,
    pub(crate) section: &'static str,
    pub(crate) id: String,
    pub(crate) kept: bool,
    proof: &'a Proof,
}

impl<'a> Given<'a> {
    /// A proof of a section.
    pub(crate) fn new(field: &'static str, section: &'static str, proof: &'a Proof) -> Self {
        Self { field, section, id: model::evidence::id_of(&proof.bytes), kept: false, proof }
    }

    /// What the audit line that keeps it says.
    pub(crate) fn detail(&self) -> String {
        let witness = store::attachment::witness(&self.proof.bytes);
        format!("{witness} {} {}", self.section, self.proof.media.media_type())
    }

    /// As the store keeps it.
    pub(crate) fn attachment<'b>(&'b self, subject: &'b Subject) -> NewAttachment<'b> {
        NewAttachment {
            subject,
            section: self.section,
            media_type: self.proof.media.media_type(),
            name: &self.proof.name,
            file: &self.proof.bytes,
        }
    }
}

/// A file that was looked at and may be kept.
pub(crate) struct Proof {
    media: Media,
    name: String,
    bytes: Vec<u8>,
}

impl Proof {
    /// Looks at a file; what is wrong is said of the form's field.
    ///
    /// # Errors
    /// Too large, of a kind that is not taken, or broken.
    pub(crate) fn of(field: &str, upload: &Upload) -> std::result::Result<Self, Invalid> {
        if upload.bytes.len() > FILE_MAX_BYTES {
            return Err(Invalid::new(field, "too-large").with(FILE_MAX_BYTES / 1024 / 1024));
        }
        let media = Media::of(&upload.bytes).ok_or_else(|| Invalid::new(field, "not-a-proof"))?;
        let bytes = media.cleaned(&upload.bytes).ok_or_else(|| Invalid::new(field, "proof-broken"))?;
        let name: String = upload.name.chars().filter(|c| !c.is_control()).take(120).collect();
        Ok(Self { media, name, bytes })
    }
}

impl App {
    /// Looks at the proofs of a form before anything is written: whether they were handed in before, whether there are
    /// too many. What is wrong is said of the form's fields. Gives the id of each.
    ///
    /// A file counts as handed in when a statement about the same subject used it, when somebody else handed it in, or
    /// when the form holds it twice. One that was kept without a statement, or for another subject of the same person,
    /// may be used.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn check_proofs(
        &self,
        caller: &Caller,
        findings: &mut Findings,
        subject: &Subject,
        proofs: &mut [Given<'_>],
    ) -> Result<()> {
        let count = self.store.read(|read| read.attachments_by(&caller.name, self.now().plus_days(-1)))?;
        let owner = self.owner_of(subject)?;
        let mut seen: Vec<String> = Vec::new();
        for given in proofs.iter_mut() {
            let held = self.store.read(|read| read.attachment(&given.id))?;
            let others = match &held {
                Some(held) => self.owner_of(&held.subject)? != owner,
                None => false,
            };
            let used = self.store.read(|read| read.is_proof_used(&given.id, subject))?;
            if others || used || seen.contains(&given.id) {
                findings.add(Invalid::new(given.field, "proof-known"));
            }
            given.kept = held.is_some();
            seen.push(given.id.clone());
        }
        let new = proofs.iter().filter(|given| !given.kept).count();
        if let Some(given) = proofs.first()
            && usize::try_from(count).unwrap_or(usize::MAX).saturating_add(new) > FILES_A_DAY_MAX
        {
            findings.add(Invalid::new(given.field, "proofs-a-day").with(FILES_A_DAY_MAX));
        }
        Ok(())
    }

    /// A proof with its bytes: for administrators and auditors, and for the person it is about.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Denied`], or the file was altered on disk.
    pub fn attachment(&self, caller: &Caller, id: &str) -> Result<(Attachment, Vec<u8>)> {
        self.allow(caller, Action::OwnLook, "attachment")?;
        let found = self.store.read(|read| read.attachment(id))?;
        if !Action::Look.open_to(caller.role) {
            // Somebody else's proof is as good as none: its id says nothing about who has it.
            let person = self.person_of(caller)?;
            let own = match &found {
                Some(found) => self.owner_of(&found.subject)?.as_deref() == Some(&person),
                None => false,
            };
            if !own {
                self.refuse(caller, Action::OwnLook, "attachment")?;
                return Err(AppError::NotFound("attachment"));
            }
        }
        let found = found.ok_or(AppError::NotFound("attachment"))?;
        let bytes = self.store.read(|read| read.attached(id))?.ok_or(AppError::NotFound("attachment"))?;
        Ok((found, bytes))
    }

    /// The person a home, a device at home or a lent PC belongs to.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn owner_of(&self, subject: &Subject) -> Result<Option<String>> {
        let word = |section: &str, field: &str| -> Result<Option<String>> {
            let value = self.section_of(subject, section)?;
            Ok(value.and_then(|value| value.get(field).and_then(|text| text.as_str().map(str::to_owned))))
        };
        match subject.kind {
            SubjectKind::Home | SubjectKind::Person => Ok(Some(subject.id.clone())),
            SubjectKind::HomeDevice => word("device", "person"),
            SubjectKind::Device => word("lending", "user"),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use img_parts::jpeg::JpegSegment;
    use img_parts::png::PngChunk;
    use img_parts::riff::{RiffChunk, RiffContent};

    use super::*;

    fn holds(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    fn png() -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in [
            (*b"IHDR", &b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"[..]),
            (*b"tEXt", b"Author\0Sato"),
            (*b"eXIf", b"GPS 35.6"),
            (*b"IDAT", b"picture"),
            (*b"IEND", b""),
        ] {
            png.extend(PngChunk::new(kind, Bytes::copy_from_slice(data)).encoder().bytes());
        }
        png.extend(b"GPS behind the end");
        png
    }

    fn jpeg() -> Vec<u8> {
        let mut jpeg = vec![0xff, 0xd8];
        for (marker, data) in
            [(0xe0, &b"JFIF\0"[..]), (0xe1, b"Exif\0\0GPS 35.6"), (0xfe, b"Author Sato"), (0xdb, b"tables")]
        {
            jpeg.extend(
                JpegSegment::new_with_contents(marker, Bytes::copy_from_slice(data)).encoder().bytes(),
            );
        }
        jpeg.extend(
            JpegSegment::new_with_entropy(0xda, Bytes::from_static(b"scan"), Bytes::from_static(b"picture"))
                .encoder()
                .bytes(),
        );
        jpeg.extend([0xff, 0xd9]);
        jpeg.extend(b"GPS behind the end");
        jpeg
    }

    fn webp() -> Vec<u8> {
        let chunk = |id: &[u8; 4], data: &'static [u8]| {
            RiffChunk::new(*id, RiffContent::Data(Bytes::from_static(data)))
        };
        let chunks = vec![
            chunk(b"VP8X", &[0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            chunk(b"VP8 ", b"picture"),
            chunk(b"EXIF", b"GPS 35.6"),
            chunk(b"XMP ", b"Author Sato"),
        ];
        RiffChunk::new(*b"RIFF", RiffContent::List { kind: Some(*b"WEBP"), subchunks: chunks })
            .encoder()
            .bytes()
            .to_vec()
    }

    #[test]
    fn a_picture_keeps_nothing_but_the_picture() {
        let check = |bytes: &[u8], media: Media| {
            assert_eq!(Media::of(bytes), Some(media));
            assert!(holds(bytes, "GPS") && holds(bytes, "Sato"), "the sample says where and who");
            let kept = media.cleaned(bytes).unwrap();
            assert!(holds(&kept, "picture"), "{media:?}");
            assert!(!holds(&kept, "GPS") && !holds(&kept, "Sato"), "{media:?}");
            assert_eq!(Media::of(&kept), Some(media));
            assert_eq!(media.cleaned(&kept).unwrap(), kept, "{media:?}: a second time changes nothing");
        };
        check(&png(), Media::Png);
        check(&jpeg(), Media::Jpeg);
        check(&webp(), Media::Webp);
    }

    #[test]
    fn what_is_cut_off_or_bent_never_panics() {
        for (bytes, media) in [(png(), Media::Png), (jpeg(), Media::Jpeg), (webp(), Media::Webp)] {
            for place in 0..bytes.len() {
                let _ = media.cleaned(&bytes[..place]);
                for other in [0x00, 0xff, 0x7f] {
                    let mut bent = bytes.clone();
                    bent[place] = other;
                    let _ = media.cleaned(&bent);
                }
            }
        }
    }

    #[test]
    fn only_pictures_and_pdf_are_taken() {
        let check = |bytes: &[u8], expected: Option<&str>| {
            let upload = Upload { name: "x.png".into(), bytes: bytes.to_vec() };
            let problem = Proof::of("file", &upload).err().map(|invalid| invalid.problem);
            assert_eq!(problem, expected);
        };
        check(&png(), None);
        check(b"%PDF-1.7\n", None);
        check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", Some("not-a-proof"));
        check(b"<!doctype html>", Some("not-a-proof"));
        check(b"GIF89a", Some("not-a-proof"));
        check(b"", Some("not-a-proof"));
        check(b"\x89PNG\r\n\x1a\n", Some("proof-broken"));
        check(&[&b"%PDF-"[..], &vec![0; FILE_MAX_BYTES]].concat(), Some("too-large"));
    }
}
