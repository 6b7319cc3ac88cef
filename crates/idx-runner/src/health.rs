//! Whether an idxlab server is running.

use std::time::Duration;

use bytes::Bytes;

use crate::http::{HttpClient, HttpError, NoResponse};
use crate::tls::Trust;

/// The status of `GET health` at this base URL, without a final `/`.
///
/// # Errors
/// When no whole response of at most 8 MiB arrives in time.
pub async fn health_status(
    base_url: &str,
    trust: &Trust,
    timeout: Duration,
) -> Result<u16, NoResponse> {
    let url = format!("{base_url}/_idxlab/api/health");
    let client = HttpClient::new(trust);
    let response = client.send("GET", &url, &[], Bytes::new());
    match tokio::time::timeout(timeout, response).await {
        Ok(response) => Ok(response?.status),
        Err(_) => {
            let error = HttpError::Timeout(timeout);
            Err(NoResponse { method: "GET".to_owned(), url, error })
        }
    }
}
