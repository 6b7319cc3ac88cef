//! The durations that move the org's clock.

use serde_json::json;

use crate::Org;

#[tokio::test]
async fn zero_duration_leaves_the_clock_where_it_is() {
    let org = Org::start().await;
    // A running clock too: each request sees a later time than the one before.
    for zero in ["PT0S", "0s", "P0D"] {
        for _ in 0..50 {
            let reply = org.control_post("clock", &json!({"advance": zero})).await;
            assert_eq!(reply.status, 200, "{zero}: {:?}", reply.bytes);
        }
    }
    org.freeze("2030-01-01T00:00:00.000Z").await;
    org.advance("PT0S").await;
    assert_eq!(org.control("clock").await["now"], "2030-01-01T00:00:00.000Z");
}

#[tokio::test]
async fn years_and_months_are_refused_with_a_unit_to_use() {
    let org = Org::start().await;
    for text in ["P1Y", "P2M", "P1Y2M3DT4H", "1y", "2 months"] {
        let reply = org.control_post("clock", &json!({"advance": text})).await;
        let body = reply.json();
        let detail = body["detail"].as_str().unwrap();
        assert_eq!(reply.status, 400, "{text}: {body}");
        assert!(detail.contains("days") && detail.contains("P365D"), "{text}: {detail}");
    }
    org.freeze("2030-01-01T00:00:00.000Z").await;
    for (text, now) in [("P365D", "2031-01-01T00:00:00.000Z"), ("P1W", "2031-01-08T00:00:00.000Z")]
    {
        org.advance(text).await;
        assert_eq!(org.control("clock").await["now"], now);
    }
}

#[tokio::test]
async fn negative_duration_is_refused() {
    let org = Org::start().await;
    for text in ["-PT1S", "-1s", "-PT0.000000001S"] {
        let reply = org.control_post("clock", &json!({"advance": text})).await;
        assert_eq!(reply.status, 422, "{text}: {:?}", reply.bytes);
    }
}
