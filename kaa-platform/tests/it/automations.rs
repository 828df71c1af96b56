//! 23/AIP.

use kaa_ism::Role;
use kaa_platform::{
    Context, SendError, SendOptions, Status,
    aip::{Aip as _, AutomationInvocation, executor},
};
use kaa_proves::proves;
use tokio::sync::mpsc;

use crate::support::*;

type Run = mpsc::UnboundedReceiver<(String, AutomationInvocation)>;

fn mailer() -> (impl Role, Run) {
    let (tell, run) = mpsc::unbounded_channel();
    let role = executor("email", move |invocation: AutomationInvocation, context: Context| {
        let told = tell.send((context.subject.to_string(), invocation)).map_err(Status::internal);
        async { told }
    });
    (role.unwrap(), run)
}

#[proves("AIP-001", "AIP-002", "AIP-003")]
#[tokio::test(start_paused = true)]
async fn an_executor_runs_its_type_and_no_other() {
    let world = World::default();
    let (role, mut run) = mailer();
    let (mailer, trigger) = (world.serve("mailer", role).await, world.sender("re").await);
    for (automation_type, tenant) in [("sms", "acme"), ("email", "acme"), ("email", "globex")] {
        let invocation = AutomationInvocation::new(tenant).with_payload("hot");
        trigger.handle().aip().invoke(automation_type, invocation, SendOptions::default()).await.unwrap();
    }
    mailer.shutdown().await;
    let run: Vec<_> = told(&mut run).into_iter().map(|(subject, run)| (subject, run.tenant_id, run.payload)).collect();
    let expected =
        |tenant: &str| ("kaa.v1.events.re.service.automation.email".to_owned(), tenant.to_owned(), Some("hot".into()));
    assert_eq!(run, [expected("acme"), expected("globex")]);
}

#[proves("AIP-001")]
#[tokio::test(start_paused = true)]
async fn one_replica_of_each_executor_service_runs_it() {
    let world = World::default();
    let mut runs = Vec::new();
    let mut services = Vec::new();
    for name in ["mailer", "mailer", "archive"] {
        let (role, run) = mailer();
        services.push(world.serve(name, role).await);
        runs.push(run);
    }
    let trigger = world.sender("re").await;
    trigger.handle().aip().invoke("email", AutomationInvocation::new("acme"), SendOptions::default()).await.unwrap();
    for service in services {
        service.shutdown().await;
    }
    let counts: Vec<usize> = runs.iter_mut().map(|run| told(run).len()).collect();
    assert_eq!((counts[0] + counts[1], counts[2]), (1, 1));
}

#[proves("ISM-025")]
#[tokio::test(start_paused = true)]
async fn a_type_that_is_no_token_is_refused_on_both_sides() {
    let world = World::default();
    let trigger = world.sender("re").await;
    for bad in ["", "e.mail", "*", "e mail"] {
        let nothing = async |_: AutomationInvocation, _: Context| Ok(());
        assert!(executor(bad, nothing).is_err(), "{bad:?}");
        let invocation = AutomationInvocation::new("acme");
        let error = trigger.handle().aip().invoke(bad, invocation, SendOptions::default()).await.unwrap_err();
        assert!(matches!(error, SendError::NoSubject(_)), "{bad:?}");
    }
}
