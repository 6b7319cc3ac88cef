//! The preset `mobile`: redirect URIs and origins of apps, emulators and devices.

use hyper::Method;

use crate::Org;

#[tokio::test]
async fn app_scheme_emulator_and_local_network_are_accepted() {
    let org = Org::preset("mobile").await;
    for uri in [
        "com.example.app:/callback",
        "com.example.app://callback",
        "capacitor://localhost/callback",
        "http://10.0.2.2:3000/login/callback",
        "http://192.168.1.7:8100/callback",
        "http://10.1.2.3:8100/callback",
        "http://my-laptop.local:8100/callback",
        "http://localhost:8080/login/callback",
    ] {
        assert_eq!(org.interact(uri).await.status, 200, "{uri}");
    }
    for uri in ["com.example.other:/callback", "http://8.8.8.8:80/", "capacitor://evil.example/"] {
        assert_eq!(org.interact(uri).await.status, 400, "{uri}");
    }
}

#[tokio::test]
async fn web_view_and_device_can_read_responses() {
    let org = Org::preset("mobile").await;
    for origin in ["capacitor://localhost", "http://10.0.2.2:3000", "http://192.168.1.7:8100"] {
        assert_eq!(allowed_origin(&org, origin).await, origin);
    }
    assert_eq!(allowed_origin(&org, "http://evil.example").await, "");
}

async fn allowed_origin(org: &Org, origin: &str) -> String {
    let url = org.url("/oauth2/default/v1/keys");
    let reply = org.http.send(Method::GET, &url, &[("origin", origin)], "").await;
    reply.header("access-control-allow-origin").to_owned()
}
