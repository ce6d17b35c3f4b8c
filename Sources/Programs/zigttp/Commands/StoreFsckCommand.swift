import ArgumentParser
import ContentStore
import Reports
import Verification

/// `zigttp store fsck`
struct StoreFsckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck", abstract: "Check every object and file of the store.",
    discussion: """
      Hashes every object, follows everything that the ledger and index.json name, and holds \
      ledger, leaves, index.json, the graph and the programs in deploy/ against each other. Ends \
      with `no errors found` or a count; exit 7 with an error, 0 with warnings alone.

      --repair makes again what the rest of the store can tell and moves what is not what its name \
      says to quarantine/. It fetches nothing: what only a copy from elsewhere has stays an error.

      Findings:

      \(FindingKind.allCases.map { "  \($0.rawValue)\n      \($0.meaning)" }.joined(separator: "\n"))
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Make again what can be, and move bad bytes to quarantine/.")
  var repair = false

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let store = try invocation.storeToCheck(named: global.store)
    let console = Console()
    var report: StoreReport
    var steps: [StoreRepair.Step] = []
    if repair {
      var work = StoreRepair(store, trust: invocation.trust, now: invocation.now())
      let outcome = try work.run { console.tell(WriterLock.wording(ofWaitFor: $0)) }
      (report, steps) = (outcome.after, outcome.steps)
    } else {
      report = try StoreCheck(store, trust: invocation.trust, now: invocation.now()).run {
        console.tell(WriterLock.wording(ofWaitFor: $0))
      }
    }
    try console.answer(FsckDocument(report, repaired: steps), asJSON: global.json)
    if report.errors > 0 {
      throw CommandFailure(answered: .integrity, "the store has \(report.errors) error(s)")
    }
  }
}
