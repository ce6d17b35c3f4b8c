import ArgumentParser
import Ledger
import Reports

/// `zigttp key trust`
struct KeyTrustCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Trust a verifier key, or list the keys that are trusted.",
    discussion: """
      A trusted key's signature counts for the ledger that the key names, and for no other: \
      `proofs verify` takes it as an anchor, and a deploy goes on from what it signed. Get the key \
      from its owner, not from the store.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Trust the key no longer.")
  var remove = false

  @Argument(
    help: "NAME+8 HEX DIGITS+BASE64, as `zigttp key show` prints it, or a file that holds it.")
  var key: String?

  func validate() throws {
    if remove, key == nil { throw ValidationError("--remove needs the key") }
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let trust = invocation.trust
    let console = Console()
    if let key {
      let key = try VerifierKey(argument: key, in: invocation)
      if remove {
        console.tell(try trust.distrust(key) ? "no longer trusted: \(key)" : "it was not trusted")
      } else {
        console.tell(try trust.trust(key) ? "trusted: \(key)" : "it was trusted already")
      }
      guard global.json else { return }
    }
    try console.answer(TrustedKeysDocument(trust.trustedKeys()), asJSON: global.json)
  }
}
