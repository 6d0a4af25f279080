//! A PC as the server sees one: a key of its own, a count, facts, and a TLS connection to a pinned certificate.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use app::App;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::agent::{Digest, ENROL_PATH, Enrol, KeyId, REPORT_PATH, Refused, Signed, section_digest};
use model::agent_code::AgentCode;
use model::{At, FactDocument, Source, Subject, SubjectKind};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring::default_provider, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme, version,
};

use crate::house::now;

/// A listener at work, and what its certificate must be.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    pub(crate) certificate: Vec<u8>,
    connector: TlsConnector,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Heard {
    pub(crate) fn taken<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// A refusal says why in both languages.
    pub(crate) fn refused(&self) -> Refused {
        let refused: Refused = serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"));
        assert!(!refused.says.ja.is_empty() && !refused.says.en.is_empty());
        refused
    }
}

impl Listener {
    pub(crate) async fn start(app: &Arc<App>) -> Self {
        let identity = app.agent_identity().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = web::agent::acceptor(&identity).unwrap();
        let router = web::agent::router(Arc::clone(app));
        tokio::spawn(web::serve(listener, Some(tls), router, std::future::pending()));
        let pin = Pin { certificate: identity.certificate_der.clone(), provider: default_provider() };
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&version::TLS13])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(pin))
            .with_no_client_auth();
        Self {
            address,
            certificate: identity.certificate_der,
            connector: TlsConnector::from(Arc::new(config)),
        }
    }

    pub(crate) async fn dawdle(&self) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        self.connector.connect(ServerName::try_from("mimamori.invalid").unwrap(), stream).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, header: Option<&str>, body: &[u8]) -> Heard {
        let mut stream = self.dawdle().await;
        stream.write_all(head(path, header, body.len()).as_bytes()).await.unwrap();
        // The server may have answered already.
        let _sent = stream.write_all(body).await;
        heard(stream).await
    }

    /// Says that a body of a size comes, and waits for what the server says to that.
    pub(crate) async fn announce(&self, path: &str, header: &str, bytes: usize) -> Heard {
        let mut stream = self.dawdle().await;
        stream.write_all(head(path, Some(header), bytes).as_bytes()).await.unwrap();
        heard(stream).await
    }
}

fn head(path: &str, header: Option<&str>, bytes: usize) -> String {
    let header = header.map(|text| format!("Authorization: {text}\r\n")).unwrap_or_default();
    format!("POST {path} HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {bytes}\r\nConnection: close\r\n\r\n")
}

async fn heard(mut stream: TlsStream<TcpStream>) -> Heard {
    let mut bytes = Vec::new();
    let _ended = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let status = text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{text}"));
    Heard { status, text: text.split_once("\r\n\r\n").unwrap().1.to_owned() }
}

/// A PC.
#[derive(Clone)]
pub(crate) struct Machine {
    key: Arc<Ed25519KeyPair>,
    pub(crate) host_name: String,
    pub(crate) machine: String,
    pub(crate) count: u64,
    /// Its clock.
    pub(crate) at: At,
    sections: Map<String, Value>,
}

impl Machine {
    pub(crate) fn new(host_name: &str) -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self {
            key: Arc::new(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap()),
            host_name: host_name.to_owned(),
            machine: format!("mark of {host_name}"),
            count: 0,
            at: now(),
            sections: Map::new(),
        }
    }

    /// The header of the next message.
    pub(crate) fn header(&mut self, path: &str, whole: Digest, body: &[u8]) -> String {
        self.count += 1;
        let key = KeyId::of(self.key.public_key().as_ref());
        let text = Signed::text(path, key, self.count, self.at, whole, body);
        let signature = self.key.sign(&text).as_ref().try_into().unwrap();
        Signed { key, count: self.count, sent_at: self.at, whole, signature }.to_string()
    }

    pub(crate) async fn enrol(&mut self, listener: &Listener, code: &AgentCode) -> Heard {
        let enrol = Enrol {
            code: code.secret_text(),
            public_key: URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref()),
            host_name: self.host_name.clone(),
            machine: self.machine.clone(),
            system: "windows".into(),
            version: "0.1.0".into(),
        };
        let body = serde_json::to_vec(&enrol).unwrap();
        let header = self.header(ENROL_PATH, Digest::default(), &body);
        listener.post(ENROL_PATH, Some(&header), &body).await
    }

    pub(crate) fn know(&mut self, section: &str, value: Value) {
        self.sections.insert(section.to_owned(), value);
    }

    pub(crate) fn forget(&mut self, section: &str) {
        self.sections.remove(section);
    }

    pub(crate) fn whole(&self) -> Digest {
        let digests: BTreeMap<String, [u8; 32]> = self
            .sections
            .iter()
            .map(|(name, value)| (name.clone(), section_digest(Some(value), &[])))
            .collect();
        Digest::of(&digests)
    }

    /// A document of these facts, which it knows from now on.
    pub(crate) fn document(&mut self, facts: &Value) -> Vec<u8> {
        for (name, value) in facts.as_object().unwrap() {
            self.know(name, value.clone());
        }
        let names: Vec<&str> = facts.as_object().unwrap().keys().map(String::as_str).collect();
        self.document_of(&names)
    }

    fn document_of(&self, sections: &[&str]) -> Vec<u8> {
        let document = FactDocument {
            format: model::evidence::FORMAT.into(),
            version: 1,
            subject: Subject::new(SubjectKind::Device, &self.host_name),
            name: String::new(),
            source: Source::Agent,
            collector: "mimamori-agent 0.1.0".into(),
            collected_at: self.at,
            facts: sections.iter().map(|name| ((*name).to_owned(), self.sections[*name].clone())).collect(),
            misses: Vec::new(),
        };
        serde_json::to_vec(&document).unwrap()
    }

    pub(crate) async fn report(&mut self, listener: &Listener, facts: &Value) -> Heard {
        let body = self.document(facts);
        self.send(listener, &body, self.whole()).await
    }

    pub(crate) async fn send_sections(&mut self, listener: &Listener, sections: &[&str]) -> Heard {
        let body = self.document_of(sections);
        self.send(listener, &body, self.whole()).await
    }

    pub(crate) async fn send_all(&mut self, listener: &Listener) -> Heard {
        let names: Vec<String> = self.sections.keys().cloned().collect();
        self.send_sections(listener, &names.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    pub(crate) async fn send(&mut self, listener: &Listener, body: &[u8], whole: Digest) -> Heard {
        let header = self.header(REPORT_PATH, whole, body);
        listener.post(REPORT_PATH, Some(&header), body).await
    }

    /// Says that everything is as it was; tells how many bytes of header and body that took.
    pub(crate) async fn confirm(&mut self, listener: &Listener) -> (Heard, usize) {
        let header = self.header(REPORT_PATH, self.whole(), b"");
        (listener.post(REPORT_PATH, Some(&header), b"").await, "Authorization: ".len() + header.len() + 2)
    }
}

/// Some facts of a PC.
pub(crate) fn facts() -> Value {
    json!({"volumes": [{"letter": "C:", "fixed": true, "protection": "on"}], "tpm": {"present": true}})
}

/// Trusts one certificate.
#[derive(Debug)]
struct Pin {
    certificate: Vec<u8>,
    provider: CryptoProvider,
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if end_entity.as_ref() == self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.3 only".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
