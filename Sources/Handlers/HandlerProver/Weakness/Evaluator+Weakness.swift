import Contracts
import Encodings
import HandlerLanguage

// What is hidden from a proof that is to be noticed as weak. Without a trial nothing of it runs.
extension Evaluator {
  /// What a part of the program can leave behind besides its value.
  private struct Traces {
    var reached: Set<Findings.Reach> = []
    var writes: Set<Findings.Write> = []
    var injections: Set<Findings.Injection> = []
    var startStores: Set<[Findings.Place]> = []
    var results: Set<[Findings.Place]> = []
    var capabilities: Set<ByteName> = []
    var facts = Findings.Facts()
    var contents: [[ByteName: Labels]] = []
    var anywhere = Labels()

    init(_ evaluator: Evaluator) {
      contents = [evaluator.cacheContents, evaluator.tableContents]
      anywhere = evaluator.cacheAnywhere
      guard let findings = evaluator.findings else { return }
      reached = findings.reached
      writes = findings.writes
      injections = findings.injections
      startStores = findings.storesAtStart
      results = findings.uncheckedResults
      capabilities = findings.capabilities
      facts = findings.facts
    }
  }

  /// Looks at a part of the program, or at less of it.
  ///
  /// - Parameter touched: objects that were there before and may change.
  func looking(
    at part: Weakness.Part, changing touched: Indices = [], _ state: inout PathState,
    _ look: (inout PathState) -> AbstractValue
  ) -> AbstractValue {
    guard let trial else { return look(&state) }
    if let weakness = trial.weakness, weakness.part != part { return look(&state) }
    let before = Traces(self)
    let (pending, unsettled, counts) = (state.pending, state.unsettled, noticed)
    let outer = (hiding, hidingIn)
    let loss = trial.weakness.flatMap { $0.part == part ? $0.loss : nil }
    if let loss { (hiding, hidingIn) = (loss, touched) } else { hidingIn.formUnion(touched) }
    let value = look(&state)
    (hiding, hidingIn) = outer
    let after = Traces(self)
    func note(_ loss: Weakness.Loss, _ isSeen: Bool) {
      if isSeen, part.losses.contains(loss) { trial.found.insert(Weakness(part, loss)) }
    }
    note(.labels, !deepLabels(value).isEmpty || noticed.labels != counts.labels)
    note(.faults, noticed.faults != counts.faults)
    note(.failures, state.pending != pending || state.unsettled != unsettled)
    note(.sinks, after.reached != before.reached)
    note(.writes, after.writes != before.writes)
    note(.injections, after.injections != before.injections)
    note(.startStores, after.startStores != before.startStores)
    note(.results, after.results != before.results)
    note(.contents, after.contents != before.contents || after.anywhere != before.anywhere)
    note(.facts, after.facts != before.facts)
    note(.capabilities, after.capabilities != before.capabilities)
    note(.callbacks, noticed.callbacks != counts.callbacks)
    note(.stores, noticed.stores != counts.stores)
    switch loss {
    case .labels: return value.labelled([])
    case .failures: (state.pending, state.unsettled) = (pending, unsettled)
    case .sinks: findings?.reached = before.reached
    case .writes: findings?.writes = before.writes
    case .injections: findings?.injections = before.injections
    case .startStores: findings?.storesAtStart = before.startStores
    case .results: findings?.uncheckedResults = before.results
    case .contents:
      (cacheContents, tableContents) = (before.contents[0], before.contents[1])
      cacheAnywhere = before.anywhere
    case .facts: findings?.facts = before.facts
    case .capabilities: findings?.capabilities = before.capabilities
    case .faults, .callbacks, .stores, .everything, nil: break
    }
    return value
  }

  /// What may be put into an object: less where that is hidden; nil where it is not put there at all.
  func growing(_ object: Int, by value: AbstractValue) -> AbstractValue? {
    if trial == nil { return value }
    if !value.labels.isEmpty { noticed.labels += 1 }
    if hidingIn.contains(object) {
      noticed.stores += 1
      if hiding == .stores { return nil }
    }
    return hiding == .labels ? value.labelled([]) : value
  }

  /// How often something was met that may be hidden.
  struct Noticed {
    var labels = 0
    var faults = 0
    var callbacks = 0
    var stores = 0
  }
}

extension Findings {
  /// What the contract lists.
  struct Facts: Equatable {
    var envNames: Set<ByteName> = []
    var envRequired: Set<ByteName> = []
    var envSecret: Set<ByteName> = []
    var cacheNamespaces: Set<ByteName> = []
    var hosts: Set<ByteName> = []
    var egressCredentials: Set<Contract.EgressCredential> = []
    var routes: Set<Contract.APIRoute> = []
    var routesAreDynamic = false
    var gaps: [Gap: Set<[Place]>] = [:]
  }

  var facts: Facts {
    get {
      Facts(
        envNames: envNames, envRequired: envRequired, envSecret: envSecret,
        cacheNamespaces: cacheNamespaces, hosts: hosts, egressCredentials: egressCredentials,
        routes: routes, routesAreDynamic: routesAreDynamic, gaps: gaps)
    }
    set {
      (envNames, envRequired, envSecret) = (
        newValue.envNames, newValue.envRequired, newValue.envSecret
      )
      (cacheNamespaces, hosts) = (newValue.cacheNamespaces, newValue.hosts)
      egressCredentials = newValue.egressCredentials
      (routes, routesAreDynamic) = (newValue.routes, newValue.routesAreDynamic)
      gaps = newValue.gaps
    }
  }
}
