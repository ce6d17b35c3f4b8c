import ArgumentParser
import ContentStore
import Reports
import Verification

/// `zigttp store gc`
struct StoreGcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Remove objects that nothing leads to.",
    discussion: """
      Kept is whatever the rows of the ledger, index.json, pending deploys, an append in progress \
      and running commands lead to, what is attached to that, and everything younger than --grace: \
      it may be about to be named. When one of those cannot be read whole, or a document that they \
      lead to is missing, damaged or not understood, no object is removed (exit 7): nobody can \
      tell what it named. `zigttp store fsck` says what leads back.

      What processes that died left unfinished in tmp/ goes in any case, once it is as old.

      With --keep N, objects of all but the newest N different deploys of each service go, too. \
      The file `shallow` lists their records first, so that nobody takes them for damage; the \
      ledger keeps their rows.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Tell what would go, and remove nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Keep what is younger: a number and s, m, h or d.", valueName: "duration"))
  var grace = Grace(seconds: 3600)

  @Option(
    help: ArgumentHelp("Keep the newest N deploys of each service, not all.", valueName: "n"))
  var keep: Int?

  @Flag(help: "Go on although lines of the ledger cannot be read; what only they name goes.")
  var acceptBadLines = false

  func validate() throws {
    if let keep, keep < 1 { throw ValidationError("--keep is \(keep), expected 1 or more") }
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let store = try invocation.existingStore(named: global.store)
    var options = GarbageCollection.Options()
    options.grace = grace.seconds
    options.keep = keep
    options.isDryRun = dryRun
    options.acceptsBadLines = acceptBadLines
    let console = Console()
    let outcome: GarbageCollection.Outcome
    do {
      outcome = try GarbageCollection(
        store, trust: invocation.trust, options, now: invocation.now()
      ).run {
        console.tell(WriterLock.wording(ofWaitFor: $0))
      }
    } catch VerificationError.unreadableRoots(let doubts) {
      throw CommandFailure(
        .integrity, "nothing was removed: what keeps objects cannot be read whole",
        details: doubts.map(\.line),
        next: "Run `zigttp store fsck` to see what leads back.")
    }
    let unreadable = outcome.gaps.map { CommandFailure($0).message }
    try console.answer(
      CollectionDocument(outcome, isDryRun: dryRun, unreadable: unreadable), asJSON: global.json)
    guard outcome.gaps.isEmpty else {
      throw CommandFailure(
        .integrity,
        "no object was removed: what \(outcome.gaps.count) document(s) named cannot be told",
        details: unreadable,
        next: "Run `zigttp store fsck` to see what leads back.")
    }
  }
}

/// A duration as `--grace` takes it.
struct Grace: ExpressibleByArgument {
  var seconds: Int64

  // A hundred years.
  private static let longest: Int64 = 36500 * 86400

  init(seconds: Int64) { self.seconds = seconds }

  /// A number and a unit; a number alone only where it is 0.
  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    if argument == "0" {
      self.init(seconds: 0)
      return
    }
    guard let last = argument.last, let unit = units[last], let count = Int64(argument.dropLast()),
      (0...Self.longest / unit).contains(count)
    else { return nil }
    self.init(seconds: count * unit)
  }

  var defaultValueDescription: String {
    seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds)s"
  }
}
