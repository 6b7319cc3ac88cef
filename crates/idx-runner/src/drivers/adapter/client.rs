//! The driver that sends operations to an adapter.

use std::sync::Arc;

use super::error::AdapterPoolError;
use super::operation;
use super::pool::AdapterPool;
use super::process::AdapterProcess;
use crate::drivers::driver::{
    Account, ActionError, ActionFuture, ClientReport, Driver, Performed, StderrTail,
    UnsupportedAction,
};
use crate::drivers::message::{Reply, Status};
use idx_scenario::Action;

/// A client with an adapter, for one case.
#[derive(Debug)]
pub(crate) struct AdapterClient {
    pool: Arc<AdapterPool>,
    /// `None` only while it is dropped.
    process: Option<AdapterProcess>,
    /// Whether it has failed, so that the next case gets a new process.
    is_spent: bool,
    /// The length of its standard error before this case.
    stderr_mark: u64,
    account: Account,
}

impl Drop for AdapterClient {
    fn drop(&mut self) {
        match self.process.take() {
            Some(process) if self.is_spent => self.pool.end(process),
            Some(process) => self.pool.put_back(process),
            None => {}
        }
    }
}

impl Driver for AdapterClient {
    fn perform<'a>(&'a mut self, action: &'a Action) -> ActionFuture<'a> {
        Box::pin(self.act(action))
    }

    fn answers_by_endpoint(&self) -> bool {
        true
    }

    fn stderr_tail(&mut self) -> StderrTail<'_> {
        Box::pin(async {
            self.is_spent = true;
            self.process.as_mut()?.stderr_tail(self.stderr_mark).await
        })
    }
}

impl AdapterClient {
    /// A client for one case, in an idle process or a new one.
    pub(crate) async fn start(
        pool: &Arc<AdapterPool>,
        account: Account,
    ) -> Result<Self, AdapterPoolError> {
        let process = pool.take().await?;
        let stderr_mark = process.stderr_length();
        let (pool, process) = (Arc::clone(pool), Some(process));
        Ok(Self { pool, process, is_spent: false, stderr_mark, account })
    }

    async fn act(&mut self, action: &Action) -> Result<Performed, ActionError> {
        let operation = operation::of_action(action, &self.account, self.pool.ca_file());
        let Some((operation, fields)) = operation? else {
            // In every SDK, `start` or `fill` includes going to the profile form.
            return Ok(Performed { report: Some(ClientReport::silent()), ..Performed::default() });
        };
        if !self.pool.hello().operations.iter().any(|known| known == operation) {
            return Err(UnsupportedAction::NoOperation(operation).into());
        }
        let Some(process) = self.process.as_mut().filter(|_| !self.is_spent) else {
            return Err(ActionError::Ended);
        };
        match process.call(operation, fields).await {
            Ok(reply) => performed(operation, reply),
            Err(error) => {
                self.is_spent = true;
                Err(error.into())
            }
        }
    }
}

fn performed(operation: &'static str, reply: Reply) -> Result<Performed, ActionError> {
    match reply.status {
        Some(Status::Unsupported) => {
            Err(UnsupportedAction::Here { operation, explanation: reply.error }.into())
        }
        _ => Ok(Performed { report: Some(ClientReport::from(reply)), ..Performed::default() }),
    }
}
