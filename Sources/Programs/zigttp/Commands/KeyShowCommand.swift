import ArgumentParser
import Ledger
import Reports

/// `zigttp key show`
struct KeyShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the verifier key of your signing key: what an auditor needs.")

  @OptionGroup var global: GlobalOptions

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let store = try invocation.existingStore(named: global.store)
    guard let origin = try StoreOrigin(store).read(),
      let key = try invocation.trust.signingKey(for: origin)?.verifier
    else {
      throw CommandFailure(
        .failure, "you have no key for this ledger",
        next: "The first deploy makes it; `zigttp key import` takes one you have.")
    }
    try Console().answer(KeyDocument(origin: origin, key: key), asJSON: global.json)
  }
}
