//! Calls the customer's registration inline hook. No lock is held during the call.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use idx_engine::{HookCall, HookOutcome};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The maximum size of a hook's response, in bytes.
const RESPONSE_LIMIT: usize = 1024 * 1024;

/// The authorities that the machine trusts, read once.
static MACHINE_ROOTS: OnceCell<Arc<RootCertStore>> = OnceCell::const_new();

/// Calls the hook, and calls it again if it does not respond in time, cannot be reached, or returns another status than 2xx and 4xx. Redirects are
/// not followed.
pub(crate) async fn ask(call: &HookCall) -> HookOutcome {
    let time_limit = Duration::from_millis(call.timeout_ms);
    let mut outcome = HookOutcome::Failed;
    for _ in 0..call.attempts {
        outcome = match timeout(time_limit, exchange(call)).await {
            Ok(Some(answered)) => answered,
            Ok(None) | Err(_) => HookOutcome::Failed,
        };
        if matches!(outcome, HookOutcome::Answered { status: 200..=299 | 400..=499, .. }) {
            break;
        }
    }
    outcome
}

/// One call. `None` if nothing listens, the certificate is not trusted, or the response is not HTTP.
async fn exchange(call: &HookCall) -> Option<HookOutcome> {
    let uri: Uri = call.url.parse().ok()?;
    let authority = uri.authority()?;
    let host = authority.host().trim_matches(['[', ']']).to_owned();
    let is_tls = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return None,
    };
    let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    let stream = TcpStream::connect((host.as_str(), port)).await.ok()?;
    if !is_tls {
        return send(call, &uri, stream).await;
    }
    let connector = TlsConnector::from(Arc::new(client_config(call).await?));
    let name = ServerName::try_from(host).ok()?;
    send(call, &uri, connector.connect(name, stream).await.ok()?).await
}

/// Trusts the machine's authorities and those of the hook.
async fn client_config(call: &HookCall) -> Option<ClientConfig> {
    let machine = MACHINE_ROOTS
        .get_or_init(|| async {
            let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(found.map(|found| found.certs).unwrap_or_default());
            Arc::new(roots)
        })
        .await;
    let mut roots = Arc::clone(machine);
    if let Some(pem) = &call.ca_certificates {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            Arc::make_mut(&mut roots).add(certificate.ok()?).ok()?;
        }
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().ok()?;
    Some(builder.with_root_certificates(roots).with_no_client_auth())
}

async fn send<S>(call: &HookCall, uri: &Uri, stream: S) -> Option<HookOutcome>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let _driving = AbortOnDropHandle(tokio::spawn(connection).abort_handle());
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::post(target)
        .header(HOST, uri.authority()?.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json");
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(call.body.clone()))).ok()?;
    let response = sender.send_request(request).await.ok()?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), RESPONSE_LIMIT).collect().await.ok()?;
    Some(HookOutcome::Answered { status, body: body.to_bytes().to_vec() })
}

/// Ends the connection with the call, also if the call times out.
struct AbortOnDropHandle(AbortHandle);

impl Drop for AbortOnDropHandle {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    use super::*;

    fn to(url: &str, timeout_ms: u64) -> HookCall {
        HookCall {
            url: url.to_owned(),
            headers: vec![("x-secret".to_owned(), "s3cret".to_owned())],
            ca_certificates: None,
            body: b"{}".to_vec(),
            timeout_ms,
            attempts: 2,
        }
    }

    async fn called(responses: &'static [&'static str], timeout_ms: u64) -> HookOutcome {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut silent = Vec::new();
            for response in responses {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = [0; 1024];
                let _ = stream.read(&mut head).await.unwrap();
                if response.is_empty() {
                    silent.push(stream);
                } else {
                    stream.write_all(response.as_bytes()).await.unwrap();
                }
            }
            std::future::pending::<()>().await;
        });
        ask(&to(&url, timeout_ms)).await
    }

    #[tokio::test]
    async fn response_is_read_completely() {
        let outcome = called(&["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"], 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 200, body: b"{}".to_vec() });
        let outcome = called(&["HTTP/1.1 404 None\r\ncontent-length: 0\r\n\r\n"], 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 404, body: Vec::new() });
    }

    #[tokio::test]
    async fn failing_or_redirecting_hook_is_called_twice() {
        let good = "HTTP/1.1 204 No Content\r\n\r\n";
        for bad in [
            "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 307 Over there\r\nlocation: /_idxlab/api/reset\r\ncontent-length: 0\r\n\r\n",
            "nonsense\r\n\r\n",
        ] {
            let outcome = called(vec![bad, good].leak(), 5_000).await;
            assert_eq!(outcome, HookOutcome::Answered { status: 204, body: Vec::new() }, "{bad}");
        }
        let refused = "HTTP/1.1 400 No\r\ncontent-length: 0\r\n\r\n";
        let outcome = called(vec![refused, good].leak(), 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 400, body: Vec::new() });
    }

    #[tokio::test]
    async fn silent_hook_is_called_twice() {
        let outcome = called(&["", "HTTP/1.1 204 No Content\r\n\r\n"], 200).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 204, body: Vec::new() });
        assert_eq!(called(&["", ""], 50).await, HookOutcome::Failed);
    }

    #[tokio::test]
    async fn unreachable_or_invalid_hook_fails() {
        assert_eq!(
            called(&["nonsense\r\n\r\n", "nonsense\r\n\r\n"], 5_000).await,
            HookOutcome::Failed
        );
        for url in ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "nonsense"] {
            assert_eq!(ask(&to(url, 5_000)).await, HookOutcome::Failed, "{url}");
        }
    }

    #[tokio::test]
    async fn https_hook_needs_a_trusted_authority() {
        let names = vec!["localhost".to_owned()];
        let pair = rcgen::generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![pair.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut head = [0; 1024];
                let length = stream.read(&mut head).await.unwrap();
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                let status = if head.contains("x-secret: s3cret") { 204 } else { 403 };
                let answer = format!("HTTP/1.1 {status} Status\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let untrusting = to(&format!("https://localhost:{port}/hook"), 10_000);
        assert_eq!(ask(&untrusting).await, HookOutcome::Failed);
        let trusting = HookCall { ca_certificates: Some(pair.cert.pem()), ..untrusting };
        let outcome = ask(&trusting).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 204, body: Vec::new() });
    }
}
