//! Mutants of the right server: one answer is wrong in one way, and the harness must notice. They are made, not picked: every operator over every
//! member of every kind of answer that the scenarios see. Who survives must stand in `legal.toml`, with the reason why no harness may complain of it.
//!
//! `cargo test -p idxlab-cli --test mutants -- --nocapture` prints the figures.

#![expect(clippy::print_stdout, reason = "the figures are what a person runs it for")]

mod legal;
mod mutant;
mod operators;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use idx_judge::rules::{self, Facts};
use idx_runner::Tamper;
use idx_runner::event::{ScenarioResult, Verdict};
use idx_runner::{ServerChoice, Settings};
use idx_scenario::{ClientType, Scenario, Selection};
use mutant::{Mutant, Place, Played};
use tokio::task::JoinSet;

/// How many mutants are played at once: most of their time goes into waiting.
const AT_ONCE: usize = 16;
/// The share of mutants that the harness must notice, in per cent.
const WANTED: usize = 95;
/// In how many cases a quiet mutant is played, those first that speak of its member.
const CHANCES: usize = 4;

/// The scenarios, what came of them on the right server, and where it is.
struct Ground {
    _emulator: idxlab::Emulator,
    control_url: String,
    scenarios: Vec<Scenario>,
    results: Vec<ScenarioResult>,
}

#[tokio::test(flavor = "multi_thread")]
async fn who_survives_is_legal() {
    let ground = Arc::new(Ground::lay().await);
    let mutants = ground.mutants();
    let (noticed, quiet) = ground.by_rules(&mutants);
    let survivors = ground.survivors(&mutants, quiet).await;
    tell(&mutants, &noticed, &survivors);

    let flagged = mutants.len() - survivors.len();
    assert!(flagged * 100 >= WANTED * mutants.len(), "{flagged} of {} are noticed", mutants.len());
    legal::compare(&survivors);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_is_failed_by_a_mutant() {
    let ground = Arc::new(Ground::lay().await);
    let mut never = Vec::new();
    for scenario in 0..ground.scenarios.len() {
        if !ground.is_failed_by_some(scenario).await {
            never.push(ground.scenarios[scenario].address.as_str());
        }
    }
    assert!(never.is_empty(), "nothing that a server does wrong fails {}", never.join(", "));
}

impl Ground {
    async fn lay() -> Self {
        let emulator = idxlab::Emulator::start().await.expect("the emulator starts");
        let control_url = emulator.control_url().to_owned();
        let mut scenarios = Selection::default().load().expect("the scenarios read");
        scenarios.sort_by(|one, other| one.address.cmp(&other.address));
        let results = run(scenarios.clone(), &control_url, None).await;
        let right = results.iter().all(|result| result.verdict == Verdict::Passed);
        assert!(right, "the right server passes");
        Self { _emulator: emulator, control_url, scenarios, results }
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        self.results.iter().enumerate().flat_map(|(scenario, result)| {
            (0..result.cases.len()).map(move |case| Place { scenario, case })
        })
    }

    /// Every mutant by its name, with each case that has one of that name; a short case shows a kind of answer as well as a long one, and sooner.
    fn mutants(&self) -> BTreeMap<String, Vec<Mutant>> {
        let mut places: Vec<_> = self.places().collect();
        places.sort_by_key(|place| self.case(*place).exchanges.len());
        let mut mutants = BTreeMap::<_, Vec<_>>::new();
        for place in places {
            for (name, mutant) in mutant::of_case(place, self.case(place)) {
                mutants.entry(name).or_default().push(mutant);
            }
        }
        mutants
    }

    fn case(&self, place: Place) -> &idx_runner::event::CaseResult {
        &self.results[place.scenario].cases[place.case]
    }

    /// Those that break a rule, and those in which the rules see nothing wrong.
    fn by_rules(
        &self,
        mutants: &BTreeMap<String, Vec<Mutant>>,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let names: Vec<_> = mutants.iter().collect();
        let halves = names.split_at(names.len() / 2);
        let judge = |part: &[(&String, &Vec<Mutant>)]| -> (BTreeSet<String>, BTreeSet<String>) {
            let (noticed, quiet): (Vec<_>, Vec<_>) =
                part.iter().partition(|(_, mutants)| self.breaks_a_rule(&mutants[0]));
            let names = |list: Vec<&(&String, &Vec<Mutant>)>| {
                list.into_iter().map(|(name, _)| (*name).clone()).collect()
            };
            (names(noticed), names(quiet))
        };
        let ((mut noticed, mut quiet), other) = std::thread::scope(|scope| {
            let other = scope.spawn(|| judge(halves.1));
            (judge(halves.0), other.join().expect("judging does not panic"))
        });
        noticed.extend(other.0);
        quiet.extend(other.1);
        (noticed, quiet)
    }

    fn breaks_a_rule(&self, mutant: &Mutant) -> bool {
        let mut exchanges = mutant.exchanges(self.case(mutant.place));
        let facts = facts(&self.scenarios[mutant.place.scenario]);
        let breaches = if exchanges[mutant.exchange].is_idx() {
            // Rules on pages look back and never ahead.
            exchanges.truncate(mutant.exchange + 1);
            rules::judge_newest(&exchanges, &facts)
        } else {
            rules::judge(&exchanges, &facts).breaches
        };
        breaches.iter().any(|breach| breach.rule.id.starts_with("server."))
    }

    /// Of those in which the rules see nothing wrong: perhaps a scenario does.
    async fn survivors(
        self: &Arc<Self>,
        mutants: &BTreeMap<String, Vec<Mutant>>,
        quiet: BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut survivors = BTreeSet::new();
        let mut waiting = quiet.into_iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < AT_ONCE
                && let Some(name) = waiting.next()
            {
                let chances = self.chances(&name, &mutants[&name]);
                let ground = Arc::clone(self);
                running.spawn(async move {
                    for mutant in chances {
                        if ground.play(&mutant).await.verdict != Verdict::Passed {
                            return None;
                        }
                    }
                    Some(name)
                });
            }
            let Some(played) = running.join_next().await else { return survivors };
            survivors.extend(played.expect("a run does not panic"));
        }
    }

    /// The cases that a mutant is played in: a scenario that names the member looks at it.
    fn chances(&self, name: &str, mutants: &[Mutant]) -> Vec<Mutant> {
        let member = name.rsplit(['.', '[']).next().unwrap_or_default();
        let member = member.split([' ', ']']).next().unwrap_or_default();
        let names_it = |mutant: &&Mutant| {
            format!("{:?}", self.scenarios[mutant.place.scenario].steps).contains(member)
        };
        let (naming, others): (Vec<_>, Vec<_>) = mutants.iter().partition(names_it);
        // In the longest case a later page may show that this one was wrong.
        let longest = mutants.last();
        naming.into_iter().chain(others).take(CHANCES).chain(longest).cloned().collect()
    }

    async fn play(&self, mutant: &Mutant) -> ScenarioResult {
        let mut scenario = self.scenarios[mutant.place.scenario].clone();
        scenario.cases = vec![scenario.cases[mutant.place.case].clone()];
        let tamper: Arc<dyn Tamper> = Arc::new(Played::new(mutant));
        run(vec![scenario], &self.control_url, Some(tamper)).await.remove(0)
    }

    /// Whether a wrong answer makes a step of the scenario itself fail, not only a rule that holds everywhere.
    async fn is_failed_by_some(&self, scenario: usize) -> bool {
        let place = Place { scenario, case: 0 };
        let mut mutants: Vec<_> = mutant::of_case(place, self.case(place)).into_values().collect();
        // What a scenario is about stands at its end.
        mutants.sort_by_key(|mutant| std::cmp::Reverse(mutant.exchange));
        for mutant in mutants {
            let result = self.play(&mutant).await;
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

/// The clients that every preset has.
fn facts(scenario: &Scenario) -> Facts {
    let (client_id, client_secret) = match scenario.client {
        ClientType::Public => ("0oaidxlabdefault0001", None),
        ClientType::Confidential => ("0oaidxlabweb00000002", Some("unknown to this test".into())),
    };
    Facts { client_id: client_id.into(), client_secret, ..Facts::default() }
}

/// The table: how many of each operator were made, and who noticed.
fn tell(
    mutants: &BTreeMap<String, Vec<Mutant>>,
    noticed: &BTreeSet<String>,
    survivors: &BTreeSet<String>,
) {
    println!(
        "{:16} {:>6} {:>8} {:>12} {:>9}",
        "operator", "made", "by rules", "by scenarios", "survive"
    );
    let row = |word: &str, is_of: &dyn Fn(&str) -> bool| {
        let count = |names: &BTreeSet<String>| names.iter().filter(|name| is_of(name)).count();
        let made = mutants.keys().filter(|name| is_of(name)).count();
        let (rules, survive) = (count(noticed), count(survivors));
        println!("{word:16} {made:>6} {rules:>8} {:>12} {survive:>9}", made - rules - survive);
    };
    for operator in operators::ALL {
        row(operator.word(), &|name| name.ends_with(&format!(" {}", operator.word())));
    }
    row("all", &|_| true);
}
