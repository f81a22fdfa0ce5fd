//! The life of a connection to the local org.

use clock::Random;
use salesforce::{CallError, OAuthError, Pkce};
use salesforce_sim::{Fault, FaultKind};
use secrecy::ExposeSecret;

use super::local::{LocalOrg, id};

#[tokio::test]
async fn a_person_connects_and_sees_who_is_connected() {
    let org = LocalOrg::start().await;
    let tokens = org.connect().await;
    assert_eq!(tokens.instance_url.as_str(), org.url.as_str());
    assert!(tokens.refresh_token.is_some());
    assert_eq!(tokens.scope.split(' ').count(), 3);
    let identity = org.client.identity(&tokens.session()).await.unwrap().value;
    assert_eq!(identity.user_id, id(org.user));
    assert_eq!(
        identity.organization_id,
        org.sim.organization_id().to_string()
    );
    assert_eq!(identity.preferred_username, "service@acme.test");
    assert_eq!(identity.name, "Service User");
}

#[tokio::test]
async fn a_person_may_deny() {
    let org = LocalOrg::start().await;
    let denied = org.log_in("challenge", "deny").await.unwrap_err();
    assert!(matches!(denied, OAuthError::Denied(_)), "{denied:?}");
}

#[tokio::test]
async fn a_code_works_once_and_only_with_its_verifier() {
    let org = LocalOrg::start().await;
    let pkce = Pkce::new(&Random::seeded(1));
    let other = Pkce::new(&Random::seeded(2));
    let code = org.log_in(&pkce.challenge, "allow").await.unwrap();
    let stolen = org
        .client
        .exchange_code(&org.url, &code, &other.verifier)
        .await;
    assert!(
        matches!(stolen, Err(OAuthError::StartAgain { .. })),
        "{stolen:?}"
    );

    let code = org.log_in(&pkce.challenge, "allow").await.unwrap();
    let redeem = || org.client.exchange_code(&org.url, &code, &pkce.verifier);
    assert!(redeem().await.is_ok());
    assert!(matches!(redeem().await, Err(OAuthError::StartAgain { .. })));
}

#[tokio::test]
async fn a_rotated_refresh_token_must_not_be_used_twice() {
    let org = LocalOrg::start().await;
    let old = org.connect().await.refresh_token.unwrap();
    let rotated = org.client.refresh(&org.url, &old).await.unwrap();
    let new = rotated.refresh_token.clone().expect("rotation is on");
    assert_ne!(new.expose_secret(), old.expose_secret());
    assert!(org.client.identity(&rotated.session()).await.is_ok());

    let replayed = org.client.refresh(&org.url, &old).await.unwrap_err();
    assert!(matches!(replayed, OAuthError::Dead { .. }), "{replayed:?}");
    let ended = org.client.refresh(&org.url, &new).await.unwrap_err();
    assert!(matches!(ended, OAuthError::Dead { .. }), "{ended:?}");
}

#[tokio::test]
async fn an_outage_does_not_end_the_connection() {
    let org = LocalOrg::start().await;
    let token = org.connect().await.refresh_token.unwrap();
    for fault in [
        FaultKind::ServerErrorHtml { status: 503 },
        FaultKind::DropBeforeCommit,
    ] {
        org.sim.push_fault(Fault::new(fault).on("/token"));
        let busy = org.client.refresh(&org.url, &token).await.unwrap_err();
        assert!(matches!(busy, OAuthError::Busy(_)), "{busy:?}");
    }
    assert!(org.client.refresh(&org.url, &token).await.is_ok());
}

#[tokio::test]
async fn an_expired_session_is_renewed_and_a_disabled_api_is_not() {
    let org = LocalOrg::start().await;
    let tokens = org.connect().await;
    org.sim.expire_access_tokens();
    let expired = org.client.org_profile(&tokens.session()).await.unwrap_err();
    assert_eq!(expired, CallError::SessionExpired);
    let token = tokens.refresh_token.unwrap();
    let fresh = org.client.refresh(&org.url, &token).await.unwrap();
    assert!(org.client.org_profile(&fresh.session()).await.is_ok());

    org.sim.set_api_enabled(org.user, false);
    let disabled = org.client.org_profile(&fresh.session()).await.unwrap_err();
    assert!(
        matches!(&disabled, CallError::Refused(error, 403) if error.code == "API_CURRENTLY_DISABLED"),
        "{disabled:?}"
    );
}

#[tokio::test]
async fn uninstalling_ends_every_token() {
    let org = LocalOrg::start().await;
    let tokens = org.connect().await;
    let token = tokens.refresh_token.clone().unwrap();
    org.client.revoke(&org.url, &token).await.unwrap();
    assert!(!org.sim.token_works(tokens.access_token.expose_secret()));
    let ended = org.client.identity(&tokens.session()).await.unwrap_err();
    assert_eq!(ended, CallError::SessionExpired);
    // A second time is no failure: there is nothing left to end.
    org.client.revoke(&org.url, &token).await.unwrap();
}
