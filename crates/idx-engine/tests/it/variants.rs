//! The effects of org settings on a sign-up.

use idx_engine::{
    Call, Endpoint, HookOutcome, LinkCall, Needs, Reply, Status, UserDetails, create_user, login_of,
};
use idx_wire::Scalar;
use serde_json::{Value, json};

use crate::lab::{Lab, PASSWORD, activation_call, document, idx_call, interact_call};
use crate::walk::{Walk, message_keys, names};

const EMAIL: &str = "mary@example.com";
const NUMBER: &str = "+15551234567";

/// A sign-up that waits for its email code.
fn waiting_for_mail(lab: &mut Lab) -> Walk {
    let mut walk = Walk::with_profile(lab, EMAIL);
    walk.choose(lab, "okta_email");
    walk
}

pub(crate) fn token_of_last_mail(lab: &Lab) -> String {
    let link = lab.sent.last().and_then(|mail| mail.link.clone()).unwrap();
    link.split_once("token=").unwrap().1.to_owned()
}

fn open(lab: &mut Lab, token: &str, browser: Option<&str>) -> Reply {
    let call = LinkCall { token: Some(token.to_owned()), browser: browser.map(str::to_owned) };
    lab.call(Call::EmailLink(call)).reply
}

fn says(reply: &Reply, key: &str) -> bool {
    matches!(reply, Reply::Page { html, .. } if html.contains(&format!("data-i18n-key=\"{key}\"")))
}

#[test]
fn link_redirects_to_the_app_with_state_and_code() {
    let mut lab = Lab::preset("magic-link");
    let walk = waiting_for_mail(&mut lab);
    assert_eq!(
        walk.page["currentAuthenticator"]["value"]["contextualData"]["useEmailMagicLink"],
        true
    );
    let token = token_of_last_mail(&lab);
    let expected =
        format!("http://localhost:8080/login/callback?state=a-state&otp={}", lab.code(EMAIL));
    assert_eq!(open(&mut lab, &token, None), Reply::Redirect { location: expected });
}

#[test]
fn link_continues_the_transaction_in_the_same_browser_and_shows_the_code_in_another() {
    let mut lab = Lab::preset("email-and-password-required");
    let mut walk = waiting_for_mail(&mut lab);
    let token = token_of_last_mail(&lab);
    let other = open(&mut lab, &token, Some("another browser"));
    assert!(says(&other, "idx.enter.otp.in.original.tab"));
    assert!(matches!(&other, Reply::Page { html, .. } if html.contains(&lab.code(EMAIL))));
    walk.send(&mut lab, Endpoint::ChallengePoll, json!({}));
    assert_eq!(names(&walk.page)[0], "enroll-authenticator");
    // The transaction started without a cookie, so the server set one.
    let mut call = interact_call();
    call.browser = Some("mine".to_owned());
    let mut walk =
        Walk::begin_with(&mut lab, "second@example.com", call).with_profile_sent(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let token = token_of_last_mail(&lab);
    assert!(says(&open(&mut lab, &token, Some("mine")), "idx.return.to.original.tab"));
    let current = lab.introspect(&walk.interaction_handle).1;
    assert_eq!(names(&current), ["select-authenticator-enroll"]);
    assert!(says(&open(&mut lab, &token, Some("mine")), "idx.return.error"), "a link works once");
}

#[test]
fn stale_expired_or_unknown_link_is_refused() {
    let mut lab = Lab::preset("email-and-password-required");
    let mut walk = waiting_for_mail(&mut lab);
    let first = token_of_last_mail(&lab);
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    let second = token_of_last_mail(&lab);
    assert!(says(&open(&mut lab, &first, None), "idx.return.stale"));
    assert!(says(&open(&mut lab, "ftunknown", None), "idx.return.error"));
    lab.advance(300);
    assert!(says(&open(&mut lab, &second, None), "idx.return.link.expired"));
}

#[test]
fn profile_page_can_ask_for_the_password() {
    let mut lab = Lab::preset("password-on-profile-page");
    let mut walk = Walk::begin(&mut lab, EMAIL);
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    assert_eq!(walk.page["currentAuthenticator"]["value"]["settings"]["age"], Value::Null);
    let mut weak = walk.profile();
    weak["credentials"] = json!({ "passcode": "weak" });
    walk.take(&mut lab, "enroll-profile", weak);
    assert_eq!(
        (walk.status, message_keys(&walk.page)),
        (401, vec!["password.passwordRequirementsNotMet".to_owned()])
    );
    assert_eq!(lab.records.users().count(), 0);
    let mut good = walk.profile();
    good["credentials"] = json!({ "passcode": PASSWORD });
    walk.take(&mut lab, "enroll-profile", good);
    assert_eq!((walk.status, walk.listed()), (200, vec!["okta_email", "phone_number"]));
}

#[test]
fn keep_me_signed_in_page_precedes_the_interaction_code() {
    let mut lab = Lab::document(
        "preset = \"password-only-policy\"\n[appSignOn]\nkeepMeSignedIn = { postAuth = \"ALLOWED\" }\n",
    );
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    assert_eq!(names(&walk.page), ["keep-me-signed-in"]);
    walk.take(&mut lab, "keep-me-signed-in", json!({ "keepMeSignedIn": true }));
    assert!(walk.code().is_some());
}

#[test]
fn recovery_address_is_verified_during_sign_up() {
    let mut lab = Lab::document("[password]\nallowRecoveryEmailWithoutEnrollment = true\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    assert_eq!(names(&walk.page), ["authenticator-verification-data"]);
    let current = &walk.page["currentAuthenticatorEnrollment"]["value"];
    assert_eq!(
        (&current["key"], &current["allowedFor"], &current["profile"]["email"]),
        (&json!("okta_email"), &json!("none"), &json!("m***y@example.com"))
    );
    let id = current["id"].clone();
    walk.take(
        &mut lab,
        "authenticator-verification-data",
        json!({ "authenticator": { "id": id } }),
    );
    assert_eq!(names(&walk.page), ["challenge-authenticator"]);
    let code = lab.code(EMAIL);
    walk.take(&mut lab, "challenge-authenticator", json!({ "credentials": { "passcode": code } }));
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll", "skip"], vec!["phone_number"])
    );
}

#[test]
fn rotated_handles_remain_valid() {
    let mut lab = Lab::document("rotateHandles = true\n");
    let mut walk = Walk::begin(&mut lab, EMAIL);
    let first = walk.page["stateHandle"].clone();
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    let second = walk.page["stateHandle"].clone();
    assert_ne!(first, second);
    assert_eq!(
        lab.page(Endpoint::Introspect, json!({ "stateHandle": first })),
        lab.page(Endpoint::Introspect, json!({ "stateHandle": second }))
    );
    walk.send(&mut lab, Endpoint::Cancel, json!({}));
    assert_eq!(lab.page(Endpoint::Introspect, json!({ "stateHandle": first })).0, 401);
}

#[test]
fn opened_email_link_rotates_the_handle() {
    let mut lab = Lab::document("preset = \"email-and-password-required\"\nrotateHandles = true\n");
    let mut call = interact_call();
    call.browser = Some("mine".to_owned());
    let mut walk = Walk::begin_with(&mut lab, EMAIL, call).with_profile_sent(&mut lab);
    walk.choose(&mut lab, "okta_email");
    let before = walk.page["stateHandle"].clone();
    let token = token_of_last_mail(&lab);
    open(&mut lab, &token, Some("mine"));
    walk.send(&mut lab, Endpoint::ChallengePoll, json!({}));
    // The older handle stays valid, but the page has a new one.
    let (status, page) = lab.page(Endpoint::Introspect, json!({ "stateHandle": before }));
    assert_eq!((status, names(&page)), (200, vec!["select-authenticator-enroll"]));
    assert_ne!(page["stateHandle"], before);
}

#[test]
fn server_can_select_the_last_required_authenticator() {
    let mut lab = Lab::document("preset = \"email-and-password-required\"\nautoAdvance = true\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    assert_eq!(names(&walk.page), ["enroll-authenticator", "select-authenticator-enroll"]);
    assert_eq!(walk.page["currentAuthenticator"]["value"]["key"], "okta_email");
}

#[test]
fn generation_2021_shows_an_invalid_number_on_the_list() {
    let mut lab = Lab::preset("generation-2021");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    assert_eq!(walk.page["user"]["value"].as_object().unwrap().len(), 1);
    assert_eq!(walk.page["authentication"], Value::Null);
    walk.password(&mut lab);
    walk.choose(&mut lab, "phone_number");
    let id = walk.authenticator_id("phone_number");
    walk.take(
        &mut lab,
        "authenticator-enrollment-data",
        json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": "123" } }),
    );
    assert_eq!((walk.status, names(&walk.page)), (400, vec!["select-authenticator-enroll"]));
    assert_eq!(
        message_keys(&walk.page),
        ["Unable to initiate factor enrollment: Invalid Phone Number."]
    );
    assert_eq!(
        names(&lab.introspect(&walk.interaction_handle).1)[0],
        "authenticator-enrollment-data"
    );
}

pub(crate) fn staged(lab: &mut Lab) -> String {
    let profile = [("firstName", "Mary"), ("email", EMAIL)]
        .map(|(name, value)| (name.to_owned(), Scalar::Text(value.to_owned())))
        .into();
    let needs = Needs { login: login_of(&profile), ..Needs::default() };
    let loaded = lab.records.load(&needs, lab.now);
    let mut env = loaded.env();
    let new =
        UserDetails { profile, status: Status::Staged, password: None, enrollments: Vec::new() };
    let created = create_user(&lab.org, &loaded, &mut env, new).unwrap();
    lab.records.commit(&created.changes, lab.now).unwrap();
    created.activation_token.unwrap()
}

#[test]
fn activation_token_skips_the_profile_form() {
    let mut lab = Lab::preset("password-only-policy");
    let token = staged(&mut lab);
    let begin = |lab: &mut Lab| Walk::begin_with(lab, EMAIL, activation_call(&token));
    let mut walk = begin(&mut lab);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll"], vec!["okta_password"])
    );
    assert!(walk.page["user"].is_object());
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    assert!(walk.code().is_some());
    let again = begin(&mut lab);
    assert_eq!(
        (again.status, message_keys(&again.page)),
        (400, vec!["idx.missing.activation.token".to_owned()])
    );
    lab.advance(8 * 24 * 3600);
    let token = staged_elsewhere(&mut lab);
    lab.advance(7 * 24 * 3600);
    let call = activation_call(&token);
    let answer = lab.call(Call::Interact(call));
    let handle = document(&answer).1["interaction_handle"].as_str().unwrap().to_owned();
    assert_eq!(message_keys(&lab.introspect(&handle).1), ["idx.expired.activation.token"]);
}

fn staged_elsewhere(lab: &mut Lab) -> String {
    let other = Lab::preset("password-only-policy");
    *lab = Lab { org: other.org, records: other.records, ..lab.clone() };
    staged(lab)
}

#[test]
fn required_email_verification_ends_with_an_activation_link() {
    let mut lab = Lab::document(
        "preset = \"password-only-policy\"\n[profileEnrollment]\nactivationRequirements = { emailVerification = true }\n",
    );
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    walk.take(&mut lab, "skip", json!({}));
    assert_eq!(
        (walk.status, message_keys(&walk.page)),
        (200, vec!["idx.email.verification.required".to_owned()])
    );
    assert!(walk.code().is_none());
    let link = lab.sent.last().and_then(|mail| mail.link.clone()).unwrap();
    let token = link.strip_suffix("/verify").unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(lab.records.users().next().unwrap().status, Status::Staged);
    assert!(matches!(lab.call(Call::ActivationLink(token)).reply, Reply::Page { status: 200, .. }));
    assert_eq!(lab.records.users().next().unwrap().status, Status::Active);
}

#[test]
fn required_recovery_address_makes_email_required() {
    let mut lab = Lab::document(
        "[profileEnrollment]\nactivationRequirements = { emailVerification = true }\n[password]\nselfServicePasswordReset = { primaryMethods = [\"email\"] }\n",
    );
    let walk = Walk::with_profile(&mut lab, EMAIL);
    assert_eq!(walk.listed(), ["okta_email", "okta_password"]);
}

#[test]
fn constraint_makes_an_optional_password_required() {
    let mut lab = Lab::document(
        "[authenticatorEnrollment]\nokta_password = \"OPTIONAL\"\n[appSignOn]\nconstraints = [{ knowledge = { types = [\"password\"] } }]\n",
    );
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.email_code(&mut lab);
    walk.phone_code(&mut lab, NUMBER);
    assert_eq!(
        (names(&walk.page), walk.listed()),
        (vec!["select-authenticator-enroll"], vec!["okta_password"])
    );
}

#[test]
fn missing_grant_in_the_access_rule_ends_the_sign_up_at_the_start() {
    let mut lab = Lab::document("[authorizationServer]\ngrantTypes = [\"authorization_code\"]\n");
    let walk = Walk::begin(&mut lab, EMAIL);
    assert_eq!(
        (walk.status, message_keys(&walk.page)),
        (403, vec!["idx.error.code.no_matching_policy".to_owned()])
    );
}

#[test]
fn configured_rate_limits_refuse_further_requests() {
    let mut lab = Lab::document("[rateLimits]\nstateToken = true\n");
    let walk = Walk::begin(&mut lab, EMAIL);
    let handle = walk.page["stateHandle"].clone();
    let mut last = 0;
    for _ in 0..10 {
        last = lab.page(Endpoint::Introspect, json!({ "stateHandle": handle })).0;
    }
    assert_eq!(last, 429);
    lab.advance(5);
    let answer = lab.idx(Endpoint::Introspect, json!({ "stateHandle": handle }));
    assert_eq!(answer.rate.map(|rate| (rate.limit, rate.remaining)), Some((10, 9)));

    let mut lab = Lab::document("[rateLimits]\nresend = true\n");
    let mut walk = Walk::with_profile(&mut lab, EMAIL);
    walk.password(&mut lab);
    let id = walk.authenticator_id("phone_number");
    let number =
        json!({ "authenticator": { "id": id, "methodType": "sms", "phoneNumber": NUMBER } });
    walk.take(&mut lab, "select-authenticator-enroll", number);
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    assert_eq!((walk.status, message_keys(&walk.page)), (429, vec!["errors.E0000109".to_owned()]));
    lab.advance(30);
    walk.send(&mut lab, Endpoint::ChallengeResend, json!({}));
    assert_eq!(walk.status, 200);
}

#[test]
fn hook_is_called_before_the_user_is_created() {
    let mut lab = Lab::document(
        "[profileEnrollment]\npreRegistrationInlineHooks = [{ url = \"http://127.0.0.1:1/hook\" }]\n",
    );
    let mut walk = Walk::begin(&mut lab, EMAIL);
    walk.take(&mut lab, "select-enroll-profile", json!({}));
    let mut body = walk.profile();
    body["stateHandle"] = walk.page["stateHandle"].clone();
    let call = || idx_call(Endpoint::EnrollNew, body.clone());
    let deny = json!({
        "commands": [{ "type": "com.okta.action.update", "value": { "registration": "DENY" } }],
        "error": { "errorSummary": "Ask your manager." }
    });
    let answered =
        |said: &Value| HookOutcome::Answered { status: 200, body: said.to_string().into_bytes() };
    let answer = lab.call_with_hook(call(), |asked| {
        let question: Value = serde_json::from_slice(&asked.body).unwrap();
        assert_eq!(question["requestType"], "self.service.registration");
        assert_eq!(
            question["data"]["userProfile"],
            json!({ "firstName": "Mary", "lastName": "Jo", "email": EMAIL, "login": EMAIL })
        );
        answered(&deny)
    });
    assert_eq!(
        (document(&answer).0, message_keys(&document(&answer).1)),
        (400, vec!["Registration cannot be completed at this time.".to_owned()])
    );
    assert_eq!(names(&document(&answer).1)[0], "enroll-profile");
    let answer = lab.call_with_hook(call(), |_| HookOutcome::Failed);
    assert_eq!(message_keys(&document(&answer).1), ["registration.error.generic"]);
    assert_eq!(lab.records.users().count(), 0);
    let update = json!({ "commands": [{ "type": "com.okta.user.profile.update", "value": { "title": "Captain" } }] });
    let answer = lab.call_with_hook(call(), |_| answered(&update));
    assert_eq!(document(&answer).0, 200);
    assert_eq!(lab.records.users().next().unwrap().text("title"), Some("Captain"));
    assert_eq!(lab.records.users().next().unwrap().text("email"), Some(EMAIL));
}
