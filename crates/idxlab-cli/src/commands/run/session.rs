//! A run from setup to exit code.

use std::num::NonZeroUsize;

use idx_runner::event::{Counts, Event, NothingJudged, Totals};
use idx_runner::{ClientChoice, ExecError, Settings};
use idx_scenario::KnownFailures;
use tokio::sync::{mpsc, watch};

use super::args::Args;
use super::plan::{Plan, refuse_known};
use super::reports::Reports;
use super::setup::{self, Setup, SetupError};
use super::shard::Shard;
use crate::exit_code::ExitCode;
use crate::output::print_error;

/// The run could not start, or ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Command(#[from] ExecError),
    #[error("the run ended early: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

pub(super) async fn run(
    args: &Args,
    plan: Plan,
    mut reports: Reports,
    mut stop: watch::Receiver<bool>,
) -> Result<ExitCode, RunError> {
    let preparation = async {
        let setup = setup::set_up(args).await?;
        let client = setup::start_client(args, &setup).await?;
        Ok::<_, SetupError>((setup, client))
    };
    let (setup, client) = tokio::select! {
        prepared = preparation => prepared?,
        Ok(_) = stop.wait_for(|stop| *stop) => return Ok(ExitCode::Interrupted),
    };
    if let Err(error) = plan.known.check_clients(client.identity().0) {
        return Ok(refuse_known(&error));
    }
    report_other_clients(&plan.known, client.identity().0);
    let (sender, mut events) = mpsc::unbounded_channel();
    let settings = settings(args, &setup, client.clone(), &plan);
    let running = {
        let stop = stop.clone();
        match args.exec.clone() {
            Some(command) => tokio::spawn(async move {
                idx_runner::run_command(&command, &settings, sender, stop).await
            }),
            None => tokio::spawn(async move {
                idx_runner::run(plan.scenarios, settings, sender, stop).await;
                Ok(())
            }),
        }
    };
    let mut totals = Totals::default();
    while let Some(event) = events.recv().await {
        if let Event::ScenarioFinished(result) = &event {
            totals.add(result);
        }
        reports.take(&event);
    }
    let ended = running.await;
    if let ClientChoice::Adapter(pool) = &client {
        pool.close().await;
    }
    ended??;
    let are_written = reports.finish();
    if *stop.borrow() {
        return Ok(ExitCode::Interrupted);
    }
    Ok(match exit_code(&totals.counts, totals.nothing_judged(), args.fail_on_flaky) {
        // A CI job must not take a run without its report for a success.
        ExitCode::Passed if !are_written => ExitCode::Usage,
        code => code,
    })
}

/// An entry with a mistyped client would otherwise be ignored without a word.
fn report_other_clients(known: &KnownFailures, running: &str) {
    if let Some((file, count, names)) = known.of_other_clients(running) {
        let entries = if count == 1 { "entry is" } else { "entries are" };
        let names: Vec<_> = names.into_iter().collect();
        print_error(&format!(
            "note: {file}: {count} {entries} for other clients ({}); this run's client is `{running}`",
            names.join(", ")
        ));
    }
}

fn settings(args: &Args, setup: &Setup, client: ClientChoice, plan: &Plan) -> Settings {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    Settings {
        client,
        tls: setup.tls.clone(),
        trust: setup.trust.clone(),
        seed: args.seed(),
        jobs: args.jobs.map_or(processors, NonZeroUsize::get),
        org: plan.org.clone(),
        fail_fast: args.fail_fast,
        strict: args.strict,
        retries: args.retries,
        known: plan.known.clone(),
        part: args.shard.map(Shard::part),
        reproduce_with: args.reproduce_with(),
        ..Settings::against(setup.server.clone())
    }
}

/// The exit code of a run with these counts. The reason why nothing was judged is reported here.
pub(crate) fn exit_code(
    counts: &Counts,
    nothing_judged: Option<NothingJudged>,
    fail_on_flaky: bool,
) -> ExitCode {
    if counts.broken > 0 {
        ExitCode::InvalidFile
    } else if counts.failed > 0 || (fail_on_flaky && counts.flaky > 0) {
        ExitCode::Failed
    } else if let Some(reason) = nothing_judged {
        print_error(&format!("error: {reason}"));
        ExitCode::NothingSelected
    } else {
        ExitCode::Passed
    }
}
