import Foundation

/// What came of the cases, for people and for the test.
struct CrashReport {
  /// One row of the table.
  struct Row {
    var counts: [Fault: Int] = [:]
    var injected: [Fault: Int] = [:]
    var failures = 0
  }

  private(set) var count = 0
  private(set) var problems: [String] = []
  private var rows: [String: [String: Row]] = [:]

  mutating func add(_ each: CrashCase, _ outcome: CrashCase.Outcome) {
    count += 1
    problems += outcome.problems
    var row = rows[each.scenario.name]?[each.call] ?? Row()
    row.counts[each.fault, default: 0] += 1
    row.injected[each.fault, default: 0] += outcome.wasInjected ? 1 : 0
    row.failures += outcome.problems.isEmpty ? 0 : 1
    rows[each.scenario.name, default: [:]][each.call] = row
  }

  var failures: Int {
    rows.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.failures } }
  }

  /// Calls of a command that were listed and met with no fault: the list would be a promise that
  /// nothing keeps.
  var missed: [String] {
    rows.flatMap { scenario, calls in
      calls.flatMap { call, row in
        Fault.allCases.filter { row.counts[$0] != nil && row.injected[$0, default: 0] == 0 }
          .map { "\(scenario): no \(call) met \($0.rawValue)" }
      }
    }.sorted()
  }

  /// Which faults each call met, in whatever command.
  var met: [String: Set<Fault>] {
    var met: [String: Set<Fault>] = [:]
    for calls in rows.values {
      for (call, row) in calls {
        met[call, default: []].formUnion(row.injected.filter { $0.value > 0 }.keys)
      }
    }
    return met
  }

  /// The table, a command and call a row.
  var text: String {
    var out = "command\tcall\t" + Fault.allCases.map(\.rawValue).joined(separator: "\t")
    out += "\tfailures\n"
    for (scenario, calls) in rows.sorted(by: { $0.key < $1.key }) {
      for (call, row) in calls.sorted(by: { $0.key < $1.key }) {
        let cells = Fault.allCases.map { fault in
          let (hit, all) = (row.injected[fault, default: 0], row.counts[fault, default: 0])
          return hit == all ? "\(all)" : "\(hit) of \(all)"
        }
        out += ([scenario, call] + cells + ["\(row.failures)"]).joined(separator: "\t") + "\n"
      }
    }
    return out + "crash cases: \(count), failures: \(failures)"
  }
}
