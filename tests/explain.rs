//! What `explain` says: exact gains where nothing is random, switching off as a change of the plan would, texts
//! that stay.

mod common;

use common::{Folder, SCENARIOS, plancast, root, scenario};
use plancast::analyse::{Effect, Explanation, Objective, SwitchKind, explain, explain_runs};
use plancast::model::{
    Attempts, Builder, Calendar, Distribution, Escalate, Failures, Instance, LevelId, LinkKind, Mitigation, Rate,
    Span,
};
use plancast::plan::{self, Overrides, Source};
use plancast::simulate::{Settings, run};
use plancast::stats::quantile;
use plancast::units::{Probability, TICKS_PER_HOUR, Ticks};
use unicode_width::UnicodeWidthStr;

/// The fewest iterations whose P80 has an interval.
const SETTINGS: Settings = Settings::new(250, 1);

fn explained(instance: &Instance) -> Explanation {
    explain(instance, &SETTINGS, &|_| ())
}

#[track_caller]
fn find<'a>(explanation: &'a Explanation, kind: SwitchKind, id: Option<&str>) -> &'a Effect {
    let mut effects = explanation.effects.iter();
    effects
        .find(|effect| effect.kind == kind && effect.id.as_deref() == id)
        .unwrap_or_else(|| panic!("no effect of {kind:?} {id:?} in {explanation:#?}"))
}

/// Builds a plan without luck and asserts what it gains without one thing, to the last microsecond.
#[track_caller]
fn gains(kind: SwitchKind, id: Option<&str>, hours: f64, build: impl FnOnce(&mut Builder)) {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]);
    plan.agent("b", &[("review", 1.0)]);
    build(&mut plan);
    let explanation = explained(&plan.build());
    let gain = find(&explanation, kind, id).change.gain.expect("a gain");
    assert!((gain.value - hours).abs() < 1e-9, "{kind:?} gains {gain:?}, not {hours}");
    assert!(gain.low == gain.value && gain.high == gain.value, "no luck, no interval: {gain:?}");
}

fn level(plan: &mut Builder, timeout: Option<f64>) {
    let lead = plan.level("lead", 2.0, 3.0);
    lead.timeout = timeout.map(Distribution::Fixed);
    lead.next = timeout.map(|_| LevelId(1));
    plan.level("boss", 1.0, 1.0);
}

fn always_fails(max: u32) -> Attempts {
    let backoff = Distribution::Fixed(0.5);
    Attempts { success: Probability::NEVER, max, backoff, then: Some(LevelId(0)) }
}

#[test]
fn without_luck_each_gain_is_exact() {
    gains(SwitchKind::Risk, Some("r"), 1.5, |plan| {
        plan.task("t", 4.0, "core");
        plan.risk("r", Probability::ALWAYS).delay = Some(Distribution::Fixed(1.5));
    });
    gains(SwitchKind::Blocker, Some("b"), 6.0, |plan| {
        level(plan, None);
        plan.task("t", 4.0, "core");
        let blocker = plan.blocker("b", Rate::PerTask(Probability::ALWAYS), 9.0);
        blocker.escalate = Some(Escalate { after_hours: 1.0, to: LevelId(0) });
    });
    // Two tickets at once: the second waits for 2 h of response and 3 h of queue.
    gains(SwitchKind::Level, Some("lead"), 5.0, |plan| {
        level(plan, None);
        plan.instance.agents[0].capacity = 2;
        for id in ["t", "u"] {
            plan.task(id, 4.0, "core").attempts = Some(always_fails(1));
        }
    });
    // A timeout of 1 h, then an hour of response.
    gains(SwitchKind::Level, Some("boss"), 1.0, |plan| {
        level(plan, Some(1.0));
        plan.task("t", 4.0, "core").attempts = Some(always_fails(1));
    });
    gains(SwitchKind::Attempts, None, 0.5 + 4.0 + 5.0, |plan| {
        level(plan, None);
        plan.task("t", 4.0, "core").attempts = Some(always_fails(2));
    });
    gains(SwitchKind::Reviews, None, 1.0 + 2.0 + 1.0, |plan| {
        let mut task = plan.task("t", 4.0, "core");
        let review = task.reviewed("review", 1.0);
        (review.reject, review.rework, review.rounds) = (Probability::ALWAYS, 0.5, 1);
    });
    gains(SwitchKind::Handoffs, None, 0.25, |plan| {
        plan.instance.handoff = Distribution::Fixed(0.25);
        plan.task("t", 4.0, "core");
        plan.task("u", 4.0, "review").after("t");
    });
    gains(SwitchKind::Lags, None, 3.0, |plan| {
        plan.phase("p", 2.0, &[]);
        plan.phase("q", 0.0, &["p"]);
        plan.task("t", 4.0, "core").in_phase("p");
        plan.task("u", 4.0, "core").in_phase("q");
        plan.task("v", 4.0, "core").link("u", LinkKind::FinishStart, 3.0);
    });
    gains(SwitchKind::Gates, None, 2.0, |plan| {
        plan.phase("p", 2.0, &[]);
        plan.phase("q", 0.0, &["p"]);
        plan.task("t", 4.0, "core").in_phase("p");
        plan.task("u", 4.0, "core").in_phase("q");
    });
    gains(SwitchKind::Calendars, None, 9.0 + 15.0, |plan| {
        let day = |d: i64| 24 * d * TICKS_PER_HOUR;
        let spans = (0..7).map(|d| Span {
            start: Ticks(day(d) + 9 * TICKS_PER_HOUR),
            finish: Ticks(day(d) + 18 * TICKS_PER_HOUR),
        });
        let calendar = plan.calendar("day", Calendar::weekly(spans.collect(), Ticks::ZERO));
        plan.instance.agents[0].calendar = Some(calendar);
        plan.task("t", 12.0, "core");
    });
    gains(SwitchKind::Agent, Some("a"), 4.0, |plan| {
        plan.task("t", 4.0, "core");
        plan.task("u", 4.0, "core");
    });
    gains(SwitchKind::Resource, Some("staging"), 4.0, |plan| {
        plan.resource("staging", 1);
        plan.instance.agents[0].capacity = 2;
        plan.task("t", 4.0, "core").uses("staging", 1);
        plan.task("u", 4.0, "core").uses("staging", 1);
    });
}

/// With failures gone, and estimates at their means, a plan takes what its mean says.
#[test]
fn without_failures_or_spread_a_plan_takes_its_mean() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]).failures = Some(Failures {
        every_hours: 5.0,
        repair: Distribution::Fixed(1.0),
        lost: 0.1,
        restarts: None,
        then: None,
    });
    plan.task("t", 12.0, "core");
    let explanation = explained(&plan.build());
    assert_eq!(find(&explanation, SwitchKind::Failures, None).change.p80, Some(12.0));

    let mut plan = Builder::new();
    plan.elapsed("t", Distribution::Uniform { low: 2.0, high: 6.0 });
    let explanation = explained(&plan.build());
    assert_eq!(find(&explanation, SwitchKind::Spread, None).change.p80, Some(4.0));

    // The spread of a lag alone is spread too.
    let mut plan = Builder::new();
    plan.elapsed("t", 2.0);
    plan.elapsed("u", 2.0).link("t", LinkKind::FinishStart, Distribution::Uniform { low: 0.0, high: 4.0 });
    let explanation = explained(&plan.build());
    assert_eq!(find(&explanation, SwitchKind::Spread, None).change.p80, Some(6.0));
}

#[test]
fn only_what_is_in_the_plan_is_switched_off() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]);
    plan.agent("idle", &[("docs", 1.0)]);
    plan.level("lead", 1.0, 1.0);
    plan.resource("staging", 1);
    plan.task("t", 4.0, "core");
    let plan = plan.build();
    let explanation = explained(&plan);
    let kinds: Vec<(SwitchKind, Option<&str>)> =
        explanation.effects.iter().map(|e| (e.kind, e.id.as_deref())).collect();
    assert_eq!(kinds, [(SwitchKind::Agent, Some("a"))]);
    assert_eq!(explain_runs(&plan), 2);
    assert_eq!(explanation.effects[0].change.changed, 0.0);
    assert!(explanation.effects[0].change.is_noise());
}

/// A delay of 6 h in half of the iterations, or of 2 h in a tenth: the P80 goes from 10 to 4.
#[test]
fn a_mitigation_gains_what_its_numbers_say() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]);
    plan.task("t", 4.0, "core");
    let risk = plan.risk("r", Probability::new(0.5).expect("a probability"));
    risk.delay = Some(Distribution::Fixed(6.0));
    risk.mitigation = Some(Mitigation {
        probability: Some(Probability::new(0.1).expect("a probability")),
        factor: None,
        delay: Some(Distribution::Fixed(2.0)),
        cost: 50.0,
    });
    let explanation = explained(&plan.build());
    let [mitigation] = explanation.mitigations.as_slice() else { panic!("one mitigation") };
    assert_eq!(mitigation.change.p80, Some(4.0));
    assert_eq!(mitigation.gain_per_cost(), Some(6.0 / 50.0));
}

/// Iterations that never finish have no P80: what brings it back comes first, what cannot be known is unknown.
#[test]
fn an_infinite_p80_is_no_number() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]).until = Ticks::from_hours(6.0);
    plan.task("t", 4.0, "core");
    plan.task("u", 4.0, "core");
    plan.task("v", 4.0, "core");
    let explanation = explained(&plan.build());
    assert_eq!((explanation.p80, explanation.mean), (None, None));
    let more = find(&explanation, SwitchKind::Agent, Some("a"));
    assert_eq!((more.change.gain, more.change.p80), (None, Some(8.0)));
    let spent = &explanation.spent;
    assert_eq!((spent.plan, spent.near_p80, spent.more_than_plan()), (None, None, None));
}

fn read(name: &str, sets: &[String]) -> Instance {
    let text = std::fs::read_to_string(root().join(scenario(name))).expect("a scenario");
    let overrides = Overrides { sets: sets.to_vec(), ..Overrides::default() };
    plan::read(Source::new(scenario(name), text), &overrides).expect("a plan").instance
}

/// P80 of the finish [hours].
fn p80(instance: &Instance) -> f64 {
    let outcomes = run(instance, &SETTINGS, &|_| ());
    let mut hours: Vec<f64> =
        outcomes.makespan.iter().map(|m| m.finite_hours().unwrap_or(f64::INFINITY)).collect();
    hours.sort_unstable_by(f64::total_cmp);
    quantile(&hours, 0.8)
}

/// Agents of the scenario sleep at night, so that a few iterations more or less move its P80 by a night.
#[test]
fn a_gain_has_the_interval_that_the_same_change_has_in_a_comparison() {
    let settings = Settings::new(2000, 1);
    let finishes = |instance: &Instance| -> Vec<f64> {
        run(instance, &settings, &|_| ()).makespan.iter().map(|finish| finish.hours()).collect()
    };
    let (plan, changed) = (read("quickstart", &[]), read("quickstart", &["agents.ada.count=2".to_owned()]));
    let gain = find(&explain(&plan, &settings, &|_| ()), SwitchKind::Agent, Some("ada")).change.gain;
    assert_eq!(gain, Objective::Percentile(80).difference(&finishes(&changed), &finishes(&plan)));
    // A million iterations say 17.3 h.
    assert!(gain.is_some_and(|gain| gain.low < 17.3 && 17.2 < gain.high), "{gain:?}");
}

/// Luck belongs to names, so that the plan file without a thing gives the very same finishes.
#[test]
fn switching_off_is_what_a_change_of_the_plan_file_does() {
    use SwitchKind as Kind;
    let cases: [(&str, Kind, Option<&str>, &str); 9] = [
        ("proto-refactor", Kind::Risk, Some("broken-dependencies"), "risks.broken-dependencies=null"),
        ("proto-refactor", Kind::Handoffs, None, "defaults.handoff=0h"),
        ("proto-refactor", Kind::Reviews, None, "defaults.review=null"),
        ("proto-refactor", Kind::Agent, Some("beta"), "agents.beta.count=2"),
        ("proto-refactor", Kind::Agent, Some("alpha"), "agents.alpha.count=2"),
        ("week-one-demo", Kind::Agent, Some("testing"), "agents.testing.count=2"),
        ("week-one-demo", Kind::Blocker, Some("mismatch"), "blockers.mismatch=null"),
        ("week-one-demo", Kind::Risk, Some("claude-quality"), "risks.claude-quality=null"),
        ("week-one-demo", Kind::Calendars, None, "calendar=always"),
    ];
    for name in ["proto-refactor", "week-one-demo"] {
        let explanation = explained(&read(name, &[]));
        for (_, kind, id, set) in cases.iter().filter(|case| case.0 == name) {
            let changed = read(name, &[(*set).to_owned()]);
            assert_eq!(find(&explanation, *kind, *id).change.p80, Some(p80(&changed)), "{name} with {set}");
        }
        let ranks: Vec<f64> = explanation.effects.iter().map(|e| e.change.p80.expect("a P80")).collect();
        assert!(ranks.windows(2).all(|pair| pair[0] <= pair[1]), "the greatest gain first: {ranks:?}");
    }
}

#[test]
fn an_explanation_is_the_same_on_any_number_of_threads() {
    let instance = read("week-one-demo", &[]);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| explain(&instance, &Settings::new(600, 4), &|_| ()))
    };
    assert_eq!(on(1), on(3));
}

/// Runs `explain` on a scenario into `out` of the folder.
#[track_caller]
fn explained_by_command(folder: &Folder, name: &str, more: &[&str]) -> common::Ran {
    let (plan, out) = (scenario(name), folder.path("out"));
    let ran = plancast(&[&["explain", plan.as_str(), "--out", out.as_str()], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran
}

#[test]
fn every_scenario_is_explained_in_80_columns() {
    for name in SCENARIOS {
        let folder = Folder::new();
        let ran = explained_by_command(&folder, name, &["--iterations", "250"]);
        let widest = ran.out.lines().map(UnicodeWidthStr::width).max().expect("output");
        assert!(widest <= 80, "{name}: {}", ran.out);
        assert_eq!(folder.list("out"), ["explain.json", "explain.md"]);
    }
}

#[test]
fn the_explanation_of_a_scenario_stays_as_it_is() {
    for name in ["week-one-demo", "proto-refactor"] {
        let folder = Folder::new();
        let ran = explained_by_command(&folder, name, &["--iterations", "1000"]);
        insta::assert_snapshot!(format!("explain-{name}"), folder.hide(&ran.out));
    }
}

#[test]
fn the_files_of_an_explanation_stay_as_they_are() {
    let folder = Folder::new();
    let ran = explained_by_command(&folder, "quickstart", &["--iterations", "500", "--json"]);
    assert_eq!(ran.out, folder.read("out/explain.json"));
    insta::assert_snapshot!("explain-quickstart.json", common::stable(&ran.out));
    insta::assert_snapshot!("explain-quickstart.md", folder.read("out/explain.md"));
}
