//! Mitigations of risks, applied one at a time.

use crate::model::Instance;

/// A plan in which one risk is mitigated.
pub(super) struct Mitigated {
    /// The plan then.
    pub(super) instance: Instance,
    /// Id of the risk.
    pub(super) id: String,
    /// Name of the risk.
    pub(super) name: String,
    /// What it costs, in the plan's currency.
    pub(super) cost: f64,
}

/// The mitigations of the plan, in file order.
pub(super) fn all(instance: &Instance) -> Vec<Mitigated> {
    let risks = instance.risks.iter().enumerate();
    let plans = risks.filter_map(|(place, risk)| {
        let mitigation = risk.mitigation.as_ref()?;
        let mut instance = instance.clone();
        let mitigated = &mut instance.risks[place];
        mitigated.probability = mitigation.probability.unwrap_or(risk.probability);
        mitigated.factor = mitigation.factor.clone().or_else(|| risk.factor.clone());
        mitigated.delay = mitigation.delay.clone().or_else(|| risk.delay.clone());
        mitigated.mitigation = None;
        Some(Mitigated { instance, id: risk.id.clone(), name: risk.name.clone(), cost: mitigation.cost })
    });
    plans.collect()
}
