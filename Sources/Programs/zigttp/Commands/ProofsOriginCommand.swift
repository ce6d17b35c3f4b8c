import ArgumentParser
import Ledger
import Reports

/// `zigttp proofs origin`
struct ProofsOriginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "origin",
    abstract: "Print the ledger's name, or give it another before the first row.",
    discussion: """
      The origin is the name in every checkpoint and key of this ledger, such as \
      example.com/orders. It is fixed with the first row.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "1 to 200 printable ASCII characters without space and +.")
  var name: String?

  mutating func run() throws {
    let store = try Invocation.current(global).existingStore(named: global.store)
    let origin = StoreOrigin(store)
    if let name {
      let lock = try store.lockForWriting(command: "proofs origin") { _ in }
      try origin.replace(with: name, holding: lock)
    }
    guard let current = try origin.read() else {
      throw CommandFailure(
        .failure, "the store has no origin", next: "The next deploy gives it one.")
    }
    try Console().answer(OriginDocument(current), asJSON: global.json)
  }
}
