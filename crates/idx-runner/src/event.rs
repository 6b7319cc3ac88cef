//! The events of a run, and its results as data. The runner emits events and the reporters render them.

use serde::{Deserialize, Serialize};

use idx_judge::Failure;
use idx_judge::exchange::Exchange;
use idx_judge::rules::{Breach, RuleOutcomes};
use idx_scenario::{Level, Scenario};

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run starts.
    RunStarted(RunStarted),
    /// A scenario starts.
    ScenarioStarted {
        /// Its address.
        address: String,
    },
    /// A scenario has ended.
    ScenarioFinished(Box<ScenarioResult>),
    /// The run has ended.
    RunFinished(RunFinished),
}

/// The start of a run.
#[derive(Debug, Clone)]
pub struct RunStarted {
    /// How many scenarios were selected.
    pub scenarios: usize,
    /// The seed.
    pub seed: u64,
    /// The client's name and version.
    pub client: String,
    /// The target's issuer; an emulator has none.
    pub target: Option<String>,
    /// The part of the run, if several machines share it.
    pub part: Option<Part>,
}

/// Part `number` of `count`, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The part, from 1.
    pub number: usize,
    /// The number of parts.
    pub count: usize,
}

/// The end of a run.
#[derive(Debug, Clone)]
pub struct RunFinished {
    /// In milliseconds.
    pub took: u64,
    /// Whether the run stopped before its end.
    pub interrupted: bool,
}

/// The verdict on a scenario, a case or a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every requirement was met.
    Passed,
    /// Not run: the server does not support it.
    Skipped,
    /// Not run: the client does not support it.
    Unsupported,
    /// It failed, and the failure is known.
    Known,
    /// It failed, and passed when it ran again.
    Flaky,
    /// A *should* was broken.
    Warned,
    /// A requirement was broken.
    Failed,
    /// It could not run: the org was refused, or the server did not respond.
    Broken,
}

impl Verdict {
    /// Every verdict, the mildest first.
    pub const ALL: [Self; 8] = [
        Self::Passed,
        Self::Skipped,
        Self::Unsupported,
        Self::Known,
        Self::Flaky,
        Self::Warned,
        Self::Failed,
        Self::Broken,
    ];

    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Unsupported => "unsupported",
            Self::Known => "known",
            Self::Flaky => "flaky",
            Self::Warned => "warned",
            Self::Failed => "failed",
            Self::Broken => "broken",
        }
    }

    /// Whether someone must look at it.
    #[must_use]
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Flaky | Self::Warned | Self::Failed | Self::Broken)
    }
}

/// A scenario, without its steps.
#[derive(Debug, Clone, Serialize)]
pub struct ScenarioInfo {
    /// The id of the requirement.
    pub id: String,
    /// The sentence.
    pub title: String,
    /// Whether it is a *must* or a *should*.
    pub level: Level,
    /// Where the requirement comes from.
    pub source: String,
    /// `folder/name`.
    pub address: String,
    /// The file, unless it is built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl From<&Scenario> for ScenarioInfo {
    fn from(scenario: &Scenario) -> Self {
        Self {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            level: scenario.level,
            source: scenario.source.clone(),
            address: scenario.address.clone(),
            path: scenario.path.clone(),
        }
    }
}

/// The result of a scenario.
#[derive(Debug, Clone)]
pub struct ScenarioResult {
    /// Which scenario.
    pub scenario: ScenarioInfo,
    /// The worst of its cases.
    pub verdict: Verdict,
    /// Its cases, in order; one nameless case when it has no table.
    pub cases: Vec<CaseResult>,
    /// In milliseconds.
    pub took: u64,
    /// The known-failures entry that changed the verdict, in words.
    pub known: Option<String>,
    /// The command that reproduces the result.
    pub reproduce: String,
}

/// The result of one case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its name; empty when the scenario has no table.
    pub name: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it did not run, or could not.
    pub reason: Option<String>,
    /// The steps up to the first that failed.
    pub steps: Vec<StepResult>,
    /// The broken rules.
    pub breaches: Vec<Breach>,
    /// How often each rule was checked, and how often it held.
    pub rules: RuleOutcomes,
    /// How many steps the client did not show, because it took several answers in one call.
    pub unseen: usize,
    /// The end of the client's standard error, if the case failed.
    pub standard_error: Option<String>,
    /// Everything that the proxy recorded.
    pub exchanges: Vec<Exchange>,
}

impl CaseResult {
    pub(crate) fn not_run(name: String, verdict: Verdict, reason: String) -> Self {
        let (steps, breaches, exchanges) = Default::default();
        let (unseen, standard_error, rules) = Default::default();
        let reason = Some(reason);
        Self { name, verdict, reason, steps, breaches, rules, unseen, standard_error, exchanges }
    }
}

/// The result of one step.
#[derive(Debug, Clone)]
pub struct StepResult {
    /// `file:line`. A shared step has the location where it is used, followed by its own location in brackets.
    pub location: String,
    /// The step in a few words.
    pub summary: String,
    /// The broken expectations.
    pub failures: Vec<Failure>,
    /// Its exchanges: a range of [`CaseResult::exchanges`].
    pub exchanges: std::ops::Range<usize>,
}

/// What a run amounts to: its exit code follows from it.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// How many scenarios ended how.
    pub counts: Counts,
    /// How many requests the proxies recorded.
    pub exchanges: usize,
}

/// Why a run that did not fail has not passed either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NothingJudged {
    /// No client called the server through the proxy.
    #[error(
        "No requests were recorded, so no rules were checked. The report lists the reasons. A command that `--exec` runs must send its requests to the address in IDXLAB_ISSUER."
    )]
    NoRequests,
    /// Every scenario was skipped or unsupported.
    #[error(
        "No scenario passed or failed, so nothing was judged. The report gives the reasons; select scenarios that the client and the target support."
    )]
    NoVerdicts,
}

impl Totals {
    /// Adds a scenario.
    pub fn add(&mut self, result: &ScenarioResult) {
        self.counts.add(result.verdict);
        self.exchanges += result.cases.iter().map(|case| case.exchanges.len()).sum::<usize>();
    }

    /// Why the run must not count as passed, if nothing was judged.
    #[must_use]
    pub fn nothing_judged(&self) -> Option<NothingJudged> {
        if self.exchanges == 0 {
            Some(NothingJudged::NoRequests)
        } else {
            self.counts.nothing_judged()
        }
    }
}

/// How many scenarios ended how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All of them.
    pub total: usize,
    /// See [`Verdict`].
    pub passed: usize,
    /// See [`Verdict`].
    pub skipped: usize,
    /// See [`Verdict`].
    pub unsupported: usize,
    /// See [`Verdict`].
    pub known: usize,
    /// See [`Verdict`].
    pub flaky: usize,
    /// See [`Verdict`].
    pub warned: usize,
    /// See [`Verdict`].
    pub failed: usize,
    /// See [`Verdict`].
    pub broken: usize,
}

impl Counts {
    /// Adds a scenario.
    pub fn add(&mut self, verdict: Verdict) {
        self.total += 1;
        *match verdict {
            Verdict::Passed => &mut self.passed,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Unsupported => &mut self.unsupported,
            Verdict::Known => &mut self.known,
            Verdict::Flaky => &mut self.flaky,
            Verdict::Warned => &mut self.warned,
            Verdict::Failed => &mut self.failed,
            Verdict::Broken => &mut self.broken,
        } += 1;
    }

    /// Why these counts are no pass, if no scenario ran to a verdict.
    #[must_use]
    pub fn nothing_judged(&self) -> Option<NothingJudged> {
        let judged = self.passed + self.known + self.flaky + self.warned + self.failed;
        (judged == 0).then_some(NothingJudged::NoVerdicts)
    }

    /// The counts that are not zero, in words: `40 passed, 1 failed`.
    #[must_use]
    pub fn words(&self) -> String {
        let counts = [
            self.passed,
            self.skipped,
            self.unsupported,
            self.known,
            self.flaky,
            self.warned,
            self.failed,
            self.broken,
        ];
        let words: Vec<_> = Verdict::ALL
            .iter()
            .zip(counts)
            .filter(|(verdict, count)| *count > 0 || **verdict == Verdict::Passed)
            .map(|(verdict, count)| format!("{count} {}", verdict.word()))
            .collect();
        words.join(", ")
    }
}
