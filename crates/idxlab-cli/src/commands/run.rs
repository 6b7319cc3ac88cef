//! `idxlab run`.

mod args;
mod plan;
mod reports;
mod session;
mod setup;
mod shard;
mod target;
mod watching;

use std::io;

use tokio::runtime::Runtime;
use tokio::sync::watch;

pub(crate) use self::args::Args;
pub(crate) use self::session::exit_code;

use self::plan::Plan;
use crate::exit_code::ExitCode;
use crate::output::print_error;
use crate::stop_signal::stop_signal;

pub(crate) fn run(args: &Args) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(reason) => {
            print_error(&format!("error: failed to start threads: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    let stop = match stopped(&runtime) {
        Ok(stop) => stop,
        Err(reason) => {
            print_error(&format!("error: failed to listen for signals: {reason}"));
            return ExitCode::Unreachable;
        }
    };
    let code = if args.watch {
        watching::run(args, &runtime, stop, once)
    } else {
        once(args, &runtime, stop)
    };
    // A client that is still writing must not delay the exit.
    runtime.shutdown_background();
    code
}

/// Becomes true at the first signal to stop.
fn stopped(runtime: &Runtime) -> io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let _context = runtime.enter();
    let signal = stop_signal()?;
    runtime.spawn(async move {
        signal.await;
        let _ = stop.send(true);
    });
    Ok(stopped)
}

/// Loads the plan and runs it once.
fn once(args: &Args, runtime: &Runtime, stop: watch::Receiver<bool>) -> ExitCode {
    let plan = match Plan::load(args) {
        Ok(plan) => plan,
        Err(code) => return code,
    };
    if args.dry_run {
        return plan.print();
    }
    let reports = match reports::open(&args.report) {
        Ok(reports) => reports,
        Err(error) => {
            print_error(&format!("error: {error}"));
            return ExitCode::Usage;
        }
    };
    runtime.block_on(session::run(args, plan, reports, stop)).unwrap_or_else(|error| {
        print_error(&format!("error: {error}"));
        ExitCode::Unreachable
    })
}
