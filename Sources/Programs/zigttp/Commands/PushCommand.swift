import ArgumentParser
import Reports
import Transfers

/// `zigttp push`
struct PushCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Send images, their deploy records and the ledger to a registry.",
    discussion: """
      Sends what the ledger's rows name and is here: each image with its deploy record, which the \
      registry lists among the image's referrers, then the tags (the image of each service's newest \
      deploy gets the service's name, that of the newest deploy `latest`, each image c- and the first \
      12 hex digits of its contract), then the ledger as an artifact, tagged ledger-ORIGIN-SIZE. What \
      an earlier push sent is not asked for again. Only a ledger that is what was signed is sent.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var registry: RegistryAccessOptions

  @Flag(help: "Ask for everything again, also what an earlier push sent.")
  var all = false

  @Argument(help: ArgumentHelp("HOST[:PORT]/REPOSITORY", valueName: "repository"))
  var repository: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let store = try invocation.existingStore(named: global.store)
    let console = Console()
    let access = try RepositoryAccess(repository, registry)
    let isAll = all
    let outcome = try access.moving("Uploading") { blobs, tell in
      try StorePush(store, to: blobs, trust: invocation.trust, isAll: isAll).run(tell: tell)
    }
    try console.answer(PushDocument(access.name, outcome), asJSON: global.json)
    if outcome.troubles.contains(where: \.trouble.isIntegrity) {
      throw CommandFailure(
        answered: .integrity, "the registry has ledgers under our name that are not ours")
    }
    if !outcome.broken.isEmpty {
      throw CommandFailure(answered: .failure, "not everything that the ledger names is here")
    }
  }
}
