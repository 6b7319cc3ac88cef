//! One run from its first scenario to its exit code.

use idx_runner::event::{Counts, Event};
use idx_runner::runner;
use tokio::sync::{mpsc, watch};

use super::plan::Plan;
use super::reports::Reports;
use super::{Args, place};
use crate::exit_code::ExitCode;

pub(super) async fn play(
    args: &Args,
    plan: Plan,
    mut reports: Reports,
    mut stop: watch::Receiver<bool>,
) -> Result<ExitCode, String> {
    let opening = async {
        let opened = place::open(args).await?;
        let client = place::client(args, &opened).await?;
        Ok::<_, String>((opened, client))
    };
    let (opened, client) = tokio::select! {
        opened = opening => opened?,
        Ok(_) = stop.wait_for(|stop| *stop) => return Ok(ExitCode::Interrupted),
    };
    let (sender, mut events) = mpsc::unbounded_channel();
    let settings = args.settings(&opened, client, &plan);
    let running = match args.exec.clone() {
        Some(command) => {
            tokio::spawn(async move { runner::run_command(&command, &settings, sender).await })
        }
        None => {
            let stop = stop.clone();
            tokio::spawn(async move {
                runner::run(plan.scenarios, settings, sender, stop).await;
                Ok(())
            })
        }
    };
    let mut outcome = Counts::default();
    while let Some(event) = events.recv().await {
        if let Event::ScenarioFinished(result) = &event {
            outcome.add(result.verdict);
        }
        reports.take(&event);
    }
    running.await.map_err(|error| format!("the run ended early: {error}"))??;
    if *stop.borrow() {
        return Ok(ExitCode::Interrupted);
    }
    Ok(match exit_code(&outcome, args.fail_on_flaky) {
        // What passed and left no trace must not look as if all were well.
        ExitCode::Passed if !reports.are_whole() => ExitCode::Usage,
        code => code,
    })
}

/// What the counts of a run mean for whoever called.
pub(crate) fn exit_code(counts: &Counts, fail_on_flaky: bool) -> ExitCode {
    if counts.broken > 0 {
        ExitCode::InvalidFile
    } else if counts.failed > 0 || (fail_on_flaky && counts.flaky > 0) {
        ExitCode::Failed
    } else {
        ExitCode::Passed
    }
}
