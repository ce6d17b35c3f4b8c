import ArgumentParser
import ContentStore
import Deployment
import Ledger
import Reports
import Transfers

/// `zigttp pull`
struct PullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Bring the ledgers of other writers, and what they deployed, from a registry.",
    discussion: """
      Each ledger is verified and stands beside ours, read-only, in .zigttp/ledgers; nothing is \
      merged. It has to go on from what was pulled and seen before, else it is named, what was there \
      stays, and the exit code is 7. A signature counts when its key is named with --key or trusted; \
      a ledger that nobody vouches for is taken and shown as not anchored. Then come the deploy \
      records of its rows and all they lead to; with --ledger-only they stay where they are, and \
      --fetch of other commands brings what they need. Where there is no store, one is made in the \
      project root.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var registry: RegistryAccessOptions

  @Option(
    name: .customLong("key"),
    help: ArgumentHelp(
      "Believe this verifier key, or the one in this file, for the origin it names, and no other.",
      valueName: "vkey"))
  var named: [String] = []

  @Flag(help: "Bring the ledgers alone.")
  var ledgerOnly = false

  @Argument(help: ArgumentHelp("HOST[:PORT]/REPOSITORY", valueName: "repository"))
  var repository: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let console = Console()
    var options = StorePull.Options()
    options.named = try named.map { try VerifierKey(argument: $0, in: invocation) }
    options.isLedgerOnly = ledgerOnly
    let access = try RepositoryAccess(repository, registry)
    let store = try invocation.storeToPull(named: global.store, console)
    let outcome = try access.moving("Downloading") { blobs, tell in
      try StorePull(store, from: blobs, trust: invocation.trust, options).run(tell: tell)
    }
    try console.answer(PullDocument(access.name, outcome), asJSON: global.json)
    if outcome.troubles.contains(where: \.trouble.isIntegrity) {
      throw CommandFailure(
        answered: .integrity, "not every ledger goes on from what was seen before")
    }
    if outcome.objects.broken.contains(where: { $0.error.code == .corrupt }) {
      throw CommandFailure(answered: .integrity, "the registry gave other bytes than were named")
    }
    if !outcome.troubles.isEmpty || !outcome.objects.broken.isEmpty {
      throw CommandFailure(answered: .failure, "not everything that is there could be taken")
    }
  }
}

extension Invocation {
  /// The store that is pulled into: the one named or found, else one that is made where a deploy would
  /// make it.
  func storeToPull(named name: String?, _ console: Console) throws -> ContentStore {
    let (target, slug) = try pullTarget(named: name)
    switch target {
    case .existing(let store): return store
    case .make(let folder):
      let layout = try StoreMaker().make(at: folder, slug: slug)
      console.tell(DeployEvent.madeStore(path: layout.root).wording)
      return try ContentStore(layout)
    }
  }

  private func pullTarget(named name: String?) throws -> (DeployTarget, slug: String) {
    let project = try ProjectRoot(around: directory, home: home)
    let target = try deployTarget(named: name, in: project.path)
    if case .existing = target { return (target, "") }
    return (target, try project.service())
  }
}
