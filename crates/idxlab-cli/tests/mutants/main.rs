//! Mutants of the correct server: one response is corrupted in one way, and the harness must detect it. Every operator is applied to every member of
//! every type of response that the scenarios receive. `legal.toml` lists the undetected mutants, each with the reason why it is legal.
//!
//! `cargo test -p idxlab-cli --test mutants -- --nocapture` prints the figures.

#![expect(clippy::print_stdout, reason = "the figures are the purpose of a run by hand")]

#[path = "../support/known_clients.rs"]
mod known_clients;
mod legal;
mod mutant;
mod operators;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use idx_judge::rules;
use idx_runner::Tamper;
use idx_runner::event::{CaseResult, ScenarioResult, Verdict};
use idx_runner::{ServerChoice, Settings};
use idx_scenario::{Scenario, Selection};
use mutant::{CaseLocation, Corruption, Mutant};
use tokio::task::JoinSet;

/// A run mostly waits for messages and timeouts, so many can run at the same time.
const CONCURRENT_RUNS: usize = 16;
/// The share of mutants that the harness must detect.
const MIN_DETECTED_PERCENT: usize = 95;
/// The number of cases in which a mutant that no rule detects is run. Cases that name its member come first.
const CASES_PER_MUTANT: usize = 4;

/// The scenarios with their results on the correct server.
struct TestBed {
    _emulator: idxlab::Emulator,
    control_url: String,
    scenarios: Vec<Scenario>,
    results: Vec<ScenarioResult>,
}

#[tokio::test(flavor = "multi_thread")]
async fn undetected_mutant_is_listed_as_legal() {
    let bed = Arc::new(TestBed::start().await);
    let mutants = bed.mutants();
    let (detected, others) = bed.by_rules(&mutants);
    let undetected = bed.undetected(&mutants, others).await;
    print_table(&mutants, &detected, &undetected);

    let count = mutants.len() - undetected.len();
    assert!(
        count * 100 >= MIN_DETECTED_PERCENT * mutants.len(),
        "{count} of {} are detected",
        mutants.len()
    );
    legal::compare(&undetected);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scenario_fails_for_some_mutant() {
    let bed = Arc::new(TestBed::start().await);
    let mut never = Vec::new();
    for scenario in 0..bed.scenarios.len() {
        if !bed.fails_for_some_mutant(scenario).await {
            never.push(bed.scenarios[scenario].address.as_str());
        }
    }
    assert!(never.is_empty(), "no mutant makes these scenarios fail: {}", never.join(", "));
}

impl TestBed {
    async fn start() -> Self {
        let emulator = idxlab::Emulator::start().await.expect("the emulator starts");
        let control_url = emulator.control_url().to_owned();
        let mut scenarios = Selection::default().load().expect("the scenarios are valid");
        scenarios.sort_by(|one, other| one.address.cmp(&other.address));
        let results = run(scenarios.clone(), &control_url, None).await;
        let passed = results.iter().all(|result| result.verdict == Verdict::Passed);
        assert!(passed, "the correct server passes");
        Self { _emulator: emulator, control_url, scenarios, results }
    }

    fn case_locations(&self) -> impl Iterator<Item = CaseLocation> {
        self.results.iter().enumerate().flat_map(|(scenario, result)| {
            (0..result.cases.len()).map(move |case| CaseLocation { scenario, case })
        })
    }

    /// Every mutant by its name, with each case that has a mutant of that name. The shortest cases come first, because they run fastest.
    fn mutants(&self) -> BTreeMap<String, Vec<Mutant>> {
        let mut locations: Vec<_> = self.case_locations().collect();
        locations.sort_by_key(|location| self.case(*location).exchanges.len());
        let mut mutants = BTreeMap::<_, Vec<_>>::new();
        for location in locations {
            for (name, mutant) in mutant::of_case(location, self.case(location)) {
                mutants.entry(name).or_default().push(mutant);
            }
        }
        mutants
    }

    fn case(&self, location: CaseLocation) -> &CaseResult {
        &self.results[location.scenario].cases[location.case]
    }

    /// The mutants that break a rule, and the others.
    fn by_rules(
        &self,
        mutants: &BTreeMap<String, Vec<Mutant>>,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let names: Vec<_> = mutants.iter().collect();
        let halves = names.split_at(names.len() / 2);
        let judge = |part: &[(&String, &Vec<Mutant>)]| -> (BTreeSet<String>, BTreeSet<String>) {
            let (detected, others): (Vec<_>, Vec<_>) =
                part.iter().partition(|(_, mutants)| self.breaks_a_rule(&mutants[0]));
            let names = |list: Vec<&(&String, &Vec<Mutant>)>| {
                list.into_iter().map(|(name, _)| (*name).clone()).collect()
            };
            (names(detected), names(others))
        };
        let ((mut detected, mut others), second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| judge(halves.1));
            (judge(halves.0), second.join().expect("judging does not panic"))
        });
        detected.extend(second.0);
        others.extend(second.1);
        (detected, others)
    }

    fn breaks_a_rule(&self, mutant: &Mutant) -> bool {
        let recorded = &self.case(mutant.location).exchanges;
        let facts = known_clients::facts();
        let breaches = if recorded[mutant.exchange].is_idx() {
            // Rules for pages check a page against earlier exchanges only.
            rules::judge_newest(&mutant.exchanges(&recorded[..=mutant.exchange]), &facts)
        } else {
            rules::judge(&mutant.exchanges(recorded), &facts).breaches
        };
        breaches.iter().any(|breach| breach.rule.id.starts_with("server."))
    }

    /// Runs the mutants that no rule detects, and returns those that no scenario detects either.
    async fn undetected(
        self: &Arc<Self>,
        mutants: &BTreeMap<String, Vec<Mutant>>,
        names: BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut undetected = BTreeSet::new();
        let mut waiting = names.into_iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < CONCURRENT_RUNS
                && let Some(name) = waiting.next()
            {
                let cases = self.cases_for(&name, &mutants[&name]);
                let bed = Arc::clone(self);
                running.spawn(async move {
                    for mutant in cases {
                        if bed.run_mutant(&mutant).await.verdict != Verdict::Passed {
                            return None;
                        }
                    }
                    Some(name)
                });
            }
            let Some(finished) = running.join_next().await else { return undetected };
            undetected.extend(finished.expect("a run does not panic"));
        }
    }

    /// The cases in which to run a mutant. A scenario that names the member probably checks it.
    fn cases_for(&self, name: &str, mutants: &[Mutant]) -> Vec<Mutant> {
        let member = name.rsplit(['.', '[']).next().unwrap_or_default();
        let member = member.split([' ', ']']).next().unwrap_or_default();
        let names_member = |mutant: &&Mutant| {
            format!("{:?}", self.scenarios[mutant.location.scenario].steps).contains(member)
        };
        let (naming, others): (Vec<_>, Vec<_>) = mutants.iter().partition(names_member);
        // In the longest case, a later page may reveal the error.
        let longest = mutants.last();
        naming.into_iter().chain(others).take(CASES_PER_MUTANT).chain(longest).cloned().collect()
    }

    async fn run_mutant(&self, mutant: &Mutant) -> ScenarioResult {
        let mut scenario = self.scenarios[mutant.location.scenario].clone();
        scenario.cases = vec![scenario.cases[mutant.location.case].clone()];
        let tamper: Arc<dyn Tamper> = Arc::new(Corruption::new(mutant));
        run(vec![scenario], &self.control_url, Some(tamper)).await.remove(0)
    }

    /// Whether a mutant makes a step of the scenario itself fail, not only a rule.
    async fn fails_for_some_mutant(&self, scenario: usize) -> bool {
        let location = CaseLocation { scenario, case: 0 };
        let mut mutants: Vec<_> =
            mutant::of_case(location, self.case(location)).into_values().collect();
        // A scenario usually checks its requirement in its last step.
        mutants.sort_by_key(|mutant| std::cmp::Reverse(mutant.exchange));
        for mutant in mutants {
            let result = self.run_mutant(&mutant).await;
            if result.cases[0].steps.iter().any(|step| !step.failures.is_empty()) {
                return true;
            }
        }
        false
    }
}

async fn run(
    scenarios: Vec<Scenario>,
    control_url: &str,
    tamper: Option<Arc<dyn Tamper>>,
) -> Vec<ScenarioResult> {
    let server = ServerChoice::Emulator { control_url: control_url.to_owned() };
    let settings = Settings { jobs: 2, strict: true, tamper, ..Settings::against(server) };
    idx_runner::results(scenarios, settings).await
}

/// Prints, for each operator, how many mutants exist and what detects them.
fn print_table(
    mutants: &BTreeMap<String, Vec<Mutant>>,
    detected: &BTreeSet<String>,
    undetected: &BTreeSet<String>,
) {
    println!(
        "{:16} {:>7} {:>8} {:>12} {:>10}",
        "operator", "mutants", "by rules", "by scenarios", "undetected"
    );
    let row = |word: &str, is_of: &dyn Fn(&str) -> bool| {
        let count = |names: &BTreeSet<String>| names.iter().filter(|name| is_of(name)).count();
        let made = mutants.keys().filter(|name| is_of(name)).count();
        let (rules, survive) = (count(detected), count(undetected));
        println!("{word:16} {made:>7} {rules:>8} {:>12} {survive:>10}", made - rules - survive);
    };
    for operator in operators::ALL {
        row(operator.name(), &|name| name.ends_with(&format!(" {}", operator.name())));
    }
    row("all", &|_| true);
}
