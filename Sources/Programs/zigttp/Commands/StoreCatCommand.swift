import ArgumentParser
import ContentStore
import Digests

/// `zigttp store cat`
struct StoreCatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Print an object's bytes, after they were verified.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var fetch: FetchOptions

  @Argument(help: "sha256:<64 hex digits>, or the first 4 or more of them.")
  var object: String

  mutating func run() throws {
    // A whole name needs no index, which could only be in the way.
    let whole = Digest(object) ?? Digest(sha256Hex: object)
    let (store, name) =
      try whole.map {
        (try Invocation.current(global).existingStore(named: global.store), $0)
      } ?? find()
    let console = Console()
    try fetch.bring(name, to: store, Invocation.current(global))
    // Twice, because nothing may be printed that turns out to be something else.
    try store.blobs.verify(name)
    try store.blobs.stream(name) { try console.answer(bytes: $0) }
  }

  private func find() throws -> (ContentStore, Digest) {
    let history = try History(of: global)
    return (history.store, try history.object(object))
  }
}
