//! TLS: a client that trusts the authority can connect under the names that have a certificate.

use std::sync::Arc;

use idx_server::Authority;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::Running;

#[tokio::test]
async fn machine_names_have_certificates_and_documents_use_https() {
    let folder = std::env::temp_dir().join(format!("idxlab-{}-tls", std::process::id()));
    let authority = Authority::read_or_make(&folder.join("ca.pem")).unwrap();
    let certificate = CertificateDer::from_pem_file(authority.file()).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let org = Running::start_with("", Some(authority)).await;

    for name in ["localhost", "127.0.0.1", "org-2.localhost"] {
        let answer = ask(&org.address, name, &certificate).await.unwrap();
        if name == "org-2.localhost" {
            assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        } else {
            assert!(answer.contains(&format!("\"issuer\":\"https://{name}\"")), "{answer}");
        }
    }
    assert!(ask(&org.address, "evil.example", &certificate).await.is_err());
}

async fn ask(
    address: &str,
    name: &str,
    authority: &CertificateDer<'static>,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name_for_tls = ServerName::try_from(name.to_owned()).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name_for_tls, stream).await?;
    let request = format!(
        "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
