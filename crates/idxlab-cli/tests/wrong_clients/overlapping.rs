//! Eight users sign up at the same time, half of them with the confidential client. Correct clients must have no finding, and the findings of a wrong
//! client must be in its own transaction.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use idx_judge::exchange::Exchange;
use idx_judge::rules::{self, Breach};
use idx_runner::Seed;
use idx_runner::Trust;
use idx_runner::WireClient;
use idx_runner::{Account, Driver};
use idx_runner::{ProxySettings, RecordingProxy};
use idx_scenario::Action;
use serde_json::{Map, Value, json};

use crate::conversation::Conversation;
use crate::known_clients::{CONFIDENTIAL_ID, PUBLIC_ID, SECRET, facts};
use crate::random::Random;
use crate::{CONFIDENTIAL_RULE, WRONG, client_rules};

const USERS: u64 = 8;
const INTERLEAVINGS: u64 = 200;
const PRESET: &str = "password-plus-another-factor";

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_sign_ups_of_correct_clients_have_no_finding() {
    let sign_ups = recorded().await;
    for seed in 0..INTERLEAVINGS {
        let traffic = Interleaved::new(&sign_ups, seed);
        let breaches = traffic.breaches();
        assert!(breaches.is_empty(), "seed {seed}: {:?}", ids(&breaches));
    }
    let judgement = rules::judge(&Interleaved::new(&sign_ups, 0).exchanges, &facts());
    let held = judgement.outcomes.iter().find(|outcome| outcome.rule.id == "server.pkce-held");
    assert_eq!(held.map(|outcome| outcome.held), Some(USERS as usize));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_client_among_overlapping_sign_ups_is_found_in_its_transaction() {
    let sign_ups = recorded().await;
    let (mut unexpected, mut tried) = (Vec::new(), BTreeSet::new());
    for seed in 0..INTERLEAVINGS {
        let (rule, change) = WRONG[seed as usize % WRONG.len()];
        tried.insert(rule);
        // Users with an odd number have the confidential client.
        let is_odd = u64::from(rule == CONFIDENTIAL_RULE);
        let user = (seed % (USERS / 2) * 2 + is_odd) as usize;
        let mut sign_ups = sign_ups.clone();
        change(&mut sign_ups[user]);
        let traffic = Interleaved::new(&sign_ups, seed);
        let breaches = traffic.breaches();
        let clients: Vec<_> =
            breaches.iter().filter(|breach| breach.rule.id.starts_with("client.")).collect();
        let found: BTreeSet<_> = clients.iter().map(|breach| breach.rule.id).collect();
        let users: BTreeSet<_> =
            clients.iter().map(|breach| traffic.users[breach.exchange]).collect();
        if found != BTreeSet::from([rule]) || users != BTreeSet::from([user]) {
            unexpected.push(format!("seed {seed}, {rule} of user {user}: {found:?} of {users:?}"));
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert_eq!(tried, client_rules());
}

/// `idxlab run --exec` starts this test again. If the environment has an issuer, the test acts as the client.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_sign_ups_through_exec_have_no_finding() {
    if let Ok(issuer) = std::env::var("IDXLAB_ISSUER") {
        return sign_up_concurrently(issuer, |_| ()).await;
    }
    let (code, report) = exec("concurrent_sign_ups_through_exec_have_no_finding");
    assert_eq!(report["scenarios"][0]["cases"][0]["breaches"], json!([]));
    assert_eq!(code, Some(0));
    let held = |rule: &str| {
        let rules = report["rules"].as_array().expect("the report lists the rules");
        rules.iter().find(|of| of["id"] == rule).map(|rule| rule["held"].clone())
    };
    assert_eq!(held("server.pkce-held"), Some(json!(USERS)));
    assert_eq!(held("client.secret-of-confidential"), Some(json!(USERS / 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn confidential_client_without_its_secret_is_found_through_exec() {
    if let Ok(issuer) = std::env::var("IDXLAB_ISSUER") {
        // The server accepts an interact without a secret, and refuses the token request.
        return sign_up_concurrently(issuer, |account| account.client_secret = None).await;
    }
    let (code, report) = exec("confidential_client_without_its_secret_is_found_through_exec");
    assert_eq!(code, Some(1));
    let breaches = &report["scenarios"][0]["cases"][0]["breaches"];
    let breaches = breaches.as_array().expect("the report lists the breaches");
    let found: BTreeSet<_> = breaches.iter().filter_map(|breach| breach["rule"].as_str()).collect();
    assert_eq!(found, BTreeSet::from([CONFIDENTIAL_RULE]));
    for breach in breaches {
        assert_eq!(breach["exchange"]["target"], "/oauth2/default/v1/token");
    }
}

/// Runs a test of this program as the command of `idxlab run --exec`. Returns the exit code and the report.
fn exec(test: &str) -> (Option<i32>, Value) {
    let own = std::env::current_exe().expect("the test has a path");
    let command = format!("'{}' --exact overlapping::{test}", own.display());
    let folder = tempfile::TempDir::new().expect("a folder can be created");
    let report = folder.path().join("report.json");
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_idxlab"))
        .args(["run", "--exec", &command, "--report", &format!("json={}", report.display())])
        .current_dir(folder.path())
        .output()
        .expect("idxlab starts");
    let report = std::fs::read_to_string(report).expect("idxlab writes the report");
    (ended.status.code(), serde_json::from_str(&report).expect("the report is JSON"))
}

/// Signs eight users up at the same time, four at an IP address and four at a host name. `change` is applied to the confidential accounts.
async fn sign_up_concurrently(issuer: String, change: fn(&mut Account)) {
    let variable = |name: &str| std::env::var(name).expect("idxlab sets the variable");
    let (base_url, control_url) = (variable("IDXLAB_BASE_URL"), variable("IDXLAB_CONTROL_URL"));
    let mut users = tokio::task::JoinSet::new();
    for user in 0..USERS {
        let host = if user < USERS / 2 { "127.0.0.1" } else { "localhost" };
        let named = |url: &str| url.replacen("127.0.0.1", host, 1);
        let mut account = account(named(&base_url), named(&issuer), user);
        if account.client_secret.is_some() {
            change(&mut account);
        }
        let control_url = control_url.clone();
        users.spawn(async move { sign_up(account, &control_url, user).await });
    }
    users.join_all().await;
}

/// The exchanges of eight users who sign up at one org, one after the other.
async fn recorded() -> Vec<Conversation> {
    let builder = idxlab::Emulator::builder().preset(PRESET);
    let emulator = builder.start().await.expect("the emulator starts");
    let settings = ProxySettings::before(emulator.base_url());
    let proxy = RecordingProxy::start(settings).await.expect("the proxy starts");
    let issuer = emulator.issuer().replacen(emulator.base_url(), proxy.base_url(), 1);
    let mut sign_ups = Vec::new();
    for user in 0..USERS {
        let mark = proxy.record().count();
        let account = account(proxy.base_url().to_owned(), issuer.clone(), user);
        sign_up(account, emulator.control_url(), user).await;
        sign_ups.push(Conversation::new(&proxy.record().since(mark)));
    }
    sign_ups
}

/// Users with an even number have the public client, the others have the confidential client.
fn account(base_url: String, issuer: String, user: u64) -> Account {
    let redirect_uri = "http://localhost:8080/login/callback".into();
    let (client_id, secret) =
        if user.is_multiple_of(2) { (PUBLIC_ID, None) } else { (CONFIDENTIAL_ID, Some(SECRET)) };
    let client_secret = secret.map(ToOwned::to_owned);
    Account { base_url, issuer, client_id: client_id.to_owned(), client_secret, redirect_uri }
}

/// Signs a user up with every type of request.
async fn sign_up(account: Account, control_url: &str, user: u64) {
    let mut client =
        WireClient::new(account, Seed::of(user, "OVERLAPPING", "").rng(), &Trust::nobody());
    let (email, phone) = (format!("user{user}@example.com"), format!("+1555010010{user}"));
    // The users share a password, as the users of many test suites do.
    let password = "Violet-Staple-42";
    let profile = json!({"userProfile": {"firstName": "Mary", "lastName": "Jo", "email": email}});
    let passcode = |code: &str| json!({"credentials": {"passcode": code}});
    let number = json!({"methodType": "sms", "phoneNumber": phone});
    let nothing = json!({});

    perform(&mut client, &Action::Start { with: Map::new() }).await;
    answer(&mut client, "select-enroll-profile", None, &nothing).await;
    answer(&mut client, "enroll-profile", None, &profile).await;
    answer(&mut client, "select-authenticator-enroll", Some("okta_password"), &nothing).await;
    answer(&mut client, "enroll-authenticator", None, &passcode(password)).await;
    answer(&mut client, "select-authenticator-enroll", Some("okta_email"), &nothing).await;
    perform(&mut client, &Action::Poll).await;
    let code = newest_code(control_url, &email);
    answer(&mut client, "enroll-authenticator", None, &passcode(&code)).await;
    answer(&mut client, "select-authenticator-enroll", Some("phone_number"), &number).await;
    let code = newest_code(control_url, &phone.replace('+', "%2B"));
    answer(&mut client, "enroll-authenticator", None, &passcode(&code)).await;
    perform(&mut client, &Action::Finish).await;
}

async fn answer(client: &mut WireClient, remediation: &str, choose: Option<&str>, with: &Value) {
    let with = with.as_object().cloned().unwrap_or_default();
    let (remediation, choose) = (remediation.to_owned(), choose.map(ToOwned::to_owned));
    perform(client, &Action::Answer { remediation, choose, with }).await;
}

async fn perform(client: &mut WireClient, action: &Action) {
    if let Err(error) = client.perform(action).await {
        panic!("{}: {error}", action.summary());
    }
}

/// The code in the newest message to an address.
fn newest_code(control_url: &str, to: &str) -> String {
    let rest = control_url.trim_start_matches("http://");
    let (host, path) = rest.split_once('/').expect("the control API has a path");
    let mut stream = TcpStream::connect(host).expect("the control API listens");
    let head = format!("Host: {host}\r\nConnection: close\r\n\r\n");
    write!(stream, "GET /{path}/messages?to={to}&wait=10 HTTP/1.1\r\n{head}").expect("it is sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("the control API responds");
    let start = response.find('{').expect("the response is JSON");
    let end = response.rfind('}').expect("the response is JSON");
    let body: Value = serde_json::from_str(&response[start..=end]).expect("the response is JSON");
    let newest = body["messages"].as_array().and_then(|messages| messages.last());
    newest.and_then(|message| message["otp"].as_str()).expect("the message has a code").to_owned()
}

fn ids(breaches: &[Breach]) -> Vec<String> {
    breaches.iter().map(|breach| format!("{}: {}", breach.rule.id, breach.detail)).collect()
}

/// Several sign-ups in one record, in an order that depends only on the seed.
struct Interleaved {
    exchanges: Vec<Exchange>,
    /// The user of each exchange.
    users: Vec<usize>,
}

impl Interleaved {
    fn new(sign_ups: &[Conversation], seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut all = Vec::new();
        for (user, sign_up) in sign_ups.iter().enumerate() {
            let mut delay = random.below(100_000);
            let mut ended = 0;
            for exchange in &sign_up.0 {
                // Short gaps and overlaps are kept, because they can be the client's fault.
                if exchange.at >= ended + 9_000 {
                    delay += random.below(30_000);
                }
                ended = exchange.at + exchange.took;
                all.push((user, Exchange { at: exchange.at + delay, ..exchange.clone() }));
            }
        }
        all.sort_by_key(|(_, exchange)| exchange.at);
        let (users, exchanges) = all.into_iter().unzip();
        Self { exchanges, users }
    }

    fn breaches(&self) -> Vec<Breach> {
        rules::judge(&self.exchanges, &facts()).breaches
    }
}
